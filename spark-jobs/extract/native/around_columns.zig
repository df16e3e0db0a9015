//! What stands around a block: its neighbours, the containers around it, the one that holds most of the page's prose.

const columns_of = @import("columns.zig");
const Columns = columns_of.Columns;
const Sums = columns_of.Sums;

pub const names = neighbour_names ++ " " ++ container_names ++ " " ++ main_names;

pub fn fill(columns: *Columns) void {
    neighbours(columns);
    containers(columns);
    for (main_shares) |share| main(columns, share);
}

const neighbour_names = "chars+1 ld+1 punct+1 chars-1 ld-1 punct-1 near_chars3 near_ld3 near_prose3 " ++
    "near_chars8 near_ld8 near_prose8 near_chars20 near_ld20 near_prose20";
/// So many blocks on each side are a block's neighbourhood.
const widths = [_]usize{ 3, 8, 20 };

fn neighbours(columns: *Columns) void {
    const totals = columns.totals;
    for ([_]i64{ 1, -1 }) |by| {
        columns_of.shift(columns.chars, by, 0, columns.next());
        columns_of.shift(columns.linked, by, 1, columns.next());
        columns_of.shift(columns.punct, by, 0, columns.next());
    }
    for (widths) |width| {
        const chars = columns.next();
        const linked = columns.next();
        const prose = columns.next();
        for (chars, linked, prose, 0..) |*mean, *links, *share, block| {
            const low, const high = columns_of.near(block, width, chars.len);
            const sum = totals.chars[high] - totals.chars[low];
            mean.* = @floatCast(sum / @as(f64, @floatFromInt(high - low)));
            links.* = columns_of.share(totals.links[high] - totals.links[low], sum);
            share.* = columns_of.share(totals.prose[high] - totals.prose[low], sum);
        }
    }
}

const container_names = "depth in0_chars in1_chars in2_chars in3_chars in0_share in1_share in2_share in3_share " ++
    "in0_count in1_count in2_count in3_count in0_ld in1_ld in2_ld in3_ld in0_prose in1_prose in2_prose in3_prose " ++
    "in0_prose_share in1_prose_share in2_prose_share in3_prose_share in0_punct in1_punct in2_punct in3_punct " ++
    "in0_p in1_p in2_p in3_p";

fn containers(columns: *Columns) void {
    const totals = columns.totals;
    const blocks = columns.in.blocks;
    for (columns.next(), columns.chains[0]) |*value, container| value.* = columns_of.float(columns.field(.depth, container));
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| value.* = @floatCast(columns.within(totals.chars, container));
    }
    ofWhole(columns, totals.chars, totals.chars[blocks]);
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| {
            value.* = columns_of.float(columns.end(container) - columns.first(container));
        }
    }
    ofContainer(columns, totals.links);
    ofContainer(columns, totals.prose);
    ofWhole(columns, totals.prose, totals.prose[blocks]);
    ofContainer(columns, totals.punct);
    ofContainer(columns, totals.paragraphs);
}

fn ofWhole(columns: *Columns, sums: Sums, whole: f64) void {
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| value.* = columns_of.share(columns.within(sums, container), whole);
    }
}

fn ofContainer(columns: *Columns, sums: Sums) void {
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| {
            value.* = columns_of.share(columns.within(sums, container), columns.within(columns.totals.chars, container));
        }
    }
}

const main_names = "main0.5_out main0.5_ld main0.5_count main0.5_deeper main0.5_pos " ++
    "main0.8_out main0.8_ld main0.8_count main0.8_deeper main0.8_pos";
/// Shares of a page's prose that its main container holds at least.
const main_shares = [_]f32{ 0.5, 0.8 };

/// The deepest container that holds most of the page's prose, and where the block stands to it.
fn main(columns: *Columns, least: f32) void {
    const totals = columns.totals;
    const blocks = columns.in.blocks;
    var holder: usize = 0;
    for (0..columns.in.containers) |container| {
        // Of containers with more than half of it each holds the next, so that the last one is the deepest.
        if (columns_of.share(columns.within(totals.prose, container), totals.prose[blocks]) >= least) holder = container;
    }
    const low: i64 = columns.field(.first, holder);
    const high: i64 = columns.field(.end, holder);
    for (columns.next(), 0..) |*value, block| {
        const index: i64 = @intCast(block);
        value.* = columns_of.float(@min(index - low, 0) + @max(index - high + 1, 0));
    }
    columns.constant(columns.within(totals.links, holder) / @max(1, columns.within(totals.chars, holder)));
    columns.constant(@as(f64, @floatFromInt(high - low)) / @as(f64, @floatFromInt(blocks)));
    const depth = columns.field(.depth, holder);
    for (columns.next(), columns.chains[0]) |*value, container| {
        value.* = columns_of.float(columns.field(.depth, container) - depth);
    }
    for (columns.next(), 0..) |*value, block| {
        const after: f64 = @floatFromInt(@as(i64, @intCast(block)) - low);
        value.* = @floatCast(after / @as(f64, @floatFromInt(@max(1, high - low))));
    }
}
