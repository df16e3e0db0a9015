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

/// So many rows are looked at together, the last ones one by one.
const width = 8;

/// For each of `rows` rows the sum of its leaves; `features` has a column of `rows` numbers for each feature.
pub fn logits(model: *const Model, features: [*]const f32, rows: usize, out: [*]i64) void {
    var at: usize = 0;
    while (at + width <= rows) : (at += width) out[at..][0..width].* = sums(width, model, features + at, rows);
    while (at < rows) : (at += 1) out[at..][0..1].* = sums(1, model, features + at, rows);
}

fn sums(comptime size: usize, model: *const Model, features: [*]const f32, rows: usize) [size]i64 {
    var found: [size]i64 = @splat(model.bias);
    for (0..model.trees) |tree| {
        var numbers: @Vector(size, u32) = @splat(0);
        for (0..model.depth) |level| {
            const question = level * model.trees + tree;
            const values: @Vector(size, f32) = (features + model.features[question] * rows)[0..size].*;
            const limit: @Vector(size, f32) = @splat(model.limits[question]);
            const bit: @Vector(size, u32) = @splat(@as(u32, 1) << @intCast(level));
            numbers |= @select(u32, values > limit, bit, @as(@Vector(size, u32), @splat(0)));
        }
        const leaves = model.leaves + (tree << @intCast(model.depth));
        for (&found, @as([size]u32, numbers)) |*sum, number| sum.* += leaves[number];
    }
    return found;
}
