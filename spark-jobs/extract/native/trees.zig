//! Sums of oblivious decision trees: every node of one depth asks the same question, so that a leaf's number is its
//! answers (html/trees.py).

pub const Model = extern struct {
    depth: usize,
    trees: usize,
    /// Per depth and tree the feature that is asked for, and the limit that it may be above.
    features: [*]const u32,
    limits: [*]const f32,
    /// Per tree its leaves, in thousandths of a logit.
    leaves: [*]const i32,
    bias: i64,
};

/// The most questions that a tree asks one after the other: MAX_DEPTH in html/trees.py.
const max_depth = 6;

/// So many rows are looked at together, and of the last ones so many.
const widths = [_]usize{ 16, 4, 1 };

/// For each of `rows` rows the sum of its leaves; `features` has a column of `rows` numbers for each feature.
pub fn logits(model: *const Model, features: [*]const f32, rows: usize, out: [*]i64) void {
    switch (model.depth) {
        inline 1...max_depth => |depth| sum(depth, model, features, out[0..rows]),
        else => unreachable,
    }
}

/// A tree after the other for all rows: its questions are looked up once.
fn sum(comptime depth: usize, model: *const Model, features: [*]const f32, out: []i64) void {
    @memset(out, model.bias);
    for (0..model.trees) |number| {
        const tree = Tree(depth).of(model, number, features, out.len);
        var at: usize = 0;
        inline for (widths) |width| {
            while (at + width <= out.len) : (at += width) tree.add(width, at, out[at..][0..width]);
        }
    }
}

fn Tree(comptime depth: usize) type {
    return struct {
        columns: [depth][*]const f32,
        limits: [depth]f32,
        leaves: *const [1 << depth]i32,

        fn of(model: *const Model, number: usize, features: [*]const f32, rows: usize) @This() {
            var tree: @This() = undefined;
            inline for (0..depth) |level| {
                const question = level * model.trees + number;
                tree.columns[level] = features + model.features[question] * rows;
                tree.limits[level] = model.limits[question];
            }
            tree.leaves = (model.leaves + (number << depth))[0 .. 1 << depth];
            return tree;
        }

        /// Adds the leaves of the rows that begin at `at`.
        inline fn add(tree: *const @This(), comptime width: usize, at: usize, sums: *[width]i64) void {
            const Numbers = @Vector(width, u32);
            var numbers: Numbers = @splat(0);
            inline for (0..depth) |level| {
                const values: @Vector(width, f32) = (tree.columns[level] + at)[0..width].*;
                const limit: @Vector(width, f32) = @splat(tree.limits[level]);
                const bit: Numbers = @splat(1 << level);
                numbers |= @select(u32, values > limit, bit, @as(Numbers, @splat(0)));
            }
            // No sum of 32-bit numbers comes near the end of 64 bits.
            for (sums, @as([width]u32, numbers)) |*total, leaf| total.* +%= tree.leaves[leaf];
        }
    };
}
