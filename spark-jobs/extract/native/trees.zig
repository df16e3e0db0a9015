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

/// Rows are looked at in steps of so many, each tree over all of them.
const step = 256;

/// For each of `rows` rows the sum of its leaves; `features` has a column of `rows` numbers for each feature.
pub fn logits(model: *const Model, features: [*]const f32, rows: usize, out: [*]i64) void {
    var at: usize = 0;
    while (at < rows) : (at += step) {
        const size = @min(step, rows - at);
        @memset(out[at..][0..size], model.bias);
        for (0..model.trees) |tree| addTree(model, tree, features + at, rows, out[at..][0..size]);
    }
}

fn addTree(model: *const Model, tree: usize, features: [*]const f32, rows: usize, out: []i64) void {
    var leaf: [step]u32 = undefined;
    @memset(leaf[0..out.len], 0);
    for (0..model.depth) |level| {
        const question = level * model.trees + tree;
        const values = features + model.features[question] * rows;
        const limit = model.limits[question];
        const bit = @as(u32, 1) << @intCast(level);
        for (leaf[0..out.len], values) |*number, value| number.* |= if (value > limit) bit else 0;
    }
    const leaves = model.leaves + (tree << @intCast(model.depth));
    for (out, leaf[0..out.len]) |*sum, number| sum.* +%= leaves[number];
}
