//! Blocks in containers of one kind, the page as a whole, and where a block stands to the page's headings and articles.

const std = @import("std");
const columns_of = @import("columns.zig");
const Columns = columns_of.Columns;
const levels = columns_of.levels;

pub const names = group_names ++ " like0 like1 like2 like3 " ++ page_names ++ " " ++ anchor_names;
/// Groups by the kinds of one, of two and of three containers.
pub const depth = 3;

pub fn fill(columns: *Columns) void {
    const groups = number(columns);
    for (groups) |group| of(columns, group);
    likes(columns);
    wholePage(columns);
    for (columns.in.anchors) |anchor| anchored(columns, anchor);
    articles(columns);
}

const group_names = "group0_count group0_chars group0_ld group0_share group0_prose group1_count group1_chars group1_ld " ++
    "group1_share group1_prose group2_count group2_chars group2_ld group2_share group2_prose";

/// Per depth the number of the group of each block.
pub fn number(columns: *Columns) [depth][]u32 {
    var groups: [depth][]u32 = undefined;
    const blocks = columns.in.blocks;
    const slots = columns.alloc([2]u64, std.math.ceilPowerOfTwoAssert(usize, 2 * blocks + 2));
    for (&groups, 0..) |*group, level| {
        group.* = columns.alloc(u32, blocks);
        @memset(slots, .{ 0, 0 });
        var count: u32 = 0;
        for (group.*, 0..) |*found, block| {
            const outer: u64 = if (level == 0) 0 else groups[level - 1][block];
            const kind: u64 = @intCast(columns.field(.kind, columns.chains[level][block]));
            found.* = numberOf(slots, (outer << 32 | kind) + 1, &count);
        }
    }
    return groups;
}

/// The number of a key that is not 0, in slots of keys and numbers.
fn numberOf(slots: [][2]u64, key: u64, count: *u32) u32 {
    const mask = slots.len - 1;
    var slot: usize = @intCast((key *% 0x9E3779B97F4A7C15 >> 20) & mask);
    while (slots[slot][0] != key) : (slot = (slot + 1) & mask) {
        if (slots[slot][0] != 0) continue;
        slots[slot] = .{ key, count.* };
        count.* += 1;
        break;
    }
    return @intCast(slots[slot][1]);
}

const Group = struct { blocks: f64 = 0, chars: f64 = 0, links: f64 = 0, prose: f64 = 0 };

fn of(columns: *Columns, group: []const u32) void {
    const sums = columns.alloc(Group, group.len);
    @memset(sums, .{});
    for (group, 0..) |found, block| {
        const chars = columns.chars[block];
        sums[found].blocks += 1;
        sums[found].chars += chars;
        sums[found].links += columns.linked[block] * chars;
        sums[found].prose += if (columns.prose[block]) chars else 0;
    }
    const total = columns.totals.chars[group.len];
    for (columns.next(), group) |*value, found| value.* = @floatCast(sums[found].blocks);
    for (columns.next(), group) |*value, found| value.* = @floatCast(sums[found].chars / sums[found].blocks);
    for (columns.next(), group) |*value, found| value.* = @floatCast(sums[found].links / sums[found].chars);
    for (columns.next(), group) |*value, found| value.* = @floatCast(sums[found].chars / total);
    for (columns.next(), group) |*value, found| value.* = @floatCast(sums[found].prose / sums[found].chars);
}

/// How many containers of the page are of the kind of that around a block.
fn likes(columns: *Columns) void {
    // Kinds are numbered over all elements with names, so that there may be more of them than containers.
    var highest: usize = 0;
    for (0..columns.in.containers) |container| highest = @max(highest, @as(usize, @intCast(columns.field(.kind, container))));
    const counts = columns.alloc(u32, highest + 1);
    @memset(counts, 0);
    for (0..columns.in.containers) |container| counts[@intCast(columns.field(.kind, container))] += 1;
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| {
            value.* = columns_of.float(counts[@intCast(columns.field(.kind, container))]);
        }
    }
}

const page_names = "page_count page_chars page_ld page_prose page_max page_items page_p page_punct page_pre page_cells " ++
    "page_containers page_articles";

fn wholePage(columns: *Columns) void {
    const in = columns.in;
    const totals = columns.totals;
    const chars = totals.chars[in.blocks];
    var longest: f32 = 0;
    var code: f64 = 0;
    var cells: f64 = 0;
    for (columns.chars, 0..) |length, block| {
        longest = @max(longest, length);
        if (columns.is(block, .pre)) code += length;
        if (columns.is(block, .td) or columns.is(block, .th)) cells += length;
    }
    columns.constant(@floatFromInt(in.blocks));
    columns.constant(chars);
    columns.constant(totals.links[in.blocks] / chars);
    columns.constant(totals.prose[in.blocks] / chars);
    columns.constant(longest);
    columns.constant(totals.items[in.blocks] / chars);
    columns.constant(totals.paragraphs[in.blocks] / chars);
    columns.constant(totals.punct[in.blocks] / chars);
    columns.constant(code / chars);
    columns.constant(cells / chars);
    columns.constant(@floatFromInt(in.containers));
    columns.constant(@floatFromInt(in.articles_size));
}

const anchor_names = "h1_after h1_level described_after described_level article article_share article_nested";

/// How many blocks after the anchor a block stands, and the level of the nearest container that holds both.
fn anchored(columns: *Columns, anchor: i64) void {
    if (anchor < 0) {
        columns.constant(-columns_of.far);
        columns.constant(-1);
        return;
    }
    const at: usize = @intCast(anchor);
    for (columns.next(), 0..) |*value, block| {
        const after = columns_of.float(@as(i64, @intCast(block)) - anchor);
        value.* = @min(@max(after, 1 - columns_of.far), columns_of.far);
    }
    for (columns.next(), 0..) |*value, block| {
        value.* = levels;
        for (columns.chains, 0..) |chain, level| {
            if (columns.first(chain[block]) > at or at >= columns.end(chain[block])) continue;
            value.* = columns_of.float(level);
            break;
        }
    }
}

/// More articles than this are a list of them.
const max_articles = 200;

/// The number of the innermost `article` around a block (0: none), its share of the text, and its nesting.
fn articles(columns: *Columns) void {
    const in = columns.in;
    const which = columns.next();
    const share = columns.next();
    const nested = columns.next();
    @memset(which, 0);
    @memset(share, 0);
    @memset(nested, 0);
    const chars = columns.totals.chars;
    for (in.articles[0..@min(in.articles_size, max_articles)], 1..) |container, index| {
        const low = columns.first(@intCast(container));
        const high = columns.end(@intCast(container));
        for (low..high) |block| {
            which[block] = columns_of.float(index);
            share[block] = columns_of.share(chars[high] - chars[low], chars[in.blocks]);
            nested[block] += 1;
        }
    }
}
