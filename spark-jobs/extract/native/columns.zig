//! Features of a page's blocks (html/features.py says which and why): a row of numbers for each, in the order of `names`.
//!
//! Everything is a sum over a range of blocks, in numbers of 64 bits, rounded to 32 at the end.

const std = @import("std");
const own = @import("own_columns.zig");
const around = @import("around_columns.zig");
const groups = @import("group_columns.zig");
const page = @import("page.zig");
const Span = @import("strings.zig").Span;
const countWords = @import("strings.zig").countWords;

/// A distance in blocks that stands for all greater ones, and for none at all.
pub const far: f32 = 200;
/// Containers of a block that are looked at: its own, its parent and so on.
pub const levels = 4;

pub const Kind = enum(u8) { p = 1, li = 2, h1 = 3, h6 = 8, td = 9, th = 10, pre = 11 };

pub const names = own.names ++ " " ++ around.names ++ " " ++ groups.names;
pub const count = countWords(names);

/// What is known of a page before its columns are made; of what the columns are made.
pub const Input = extern struct {
    blocks: usize,
    containers: usize,
    /// Rows of `containers` numbers in the order of `page.Field`.
    rows: [*]const i64,
    owners: [*]const i64,
    link_chars: [*]const i64,
    links: [*]const i64,
    /// The blocks' text without anything between, and their characters.
    text: [*]const u8,
    text_size: usize,
    chars: [*]const i64,
    /// A number for the tag of the container around each block.
    kinds: [*]const u8,
    /// Bits of kinds for each character below 2^16.
    classes: [*]const u8,
    terminals: [*]const u32,
    terminals_size: usize,
    /// Rows of `labels` numbers about short blocks.
    labels: [*]const f32,
    /// Blocks by which others' places are told, -1 for none: the first heading, and what repeats the description.
    anchors: [2]i64,
    articles: [*]const i64,
    articles_size: usize,
    /// Bits of hints, of tags and of names, of which each is a column.
    tag_masks: [*]const i64,
    tag_masks_size: usize,
    name_masks: [*]const i64,
    name_masks_size: usize,
    /// Room for `scratchSize` bytes.
    scratch: [*]u64,
};

/// Running sums: entry i sums the blocks before block i.
pub const Sums = []f64;

pub const Totals = struct { chars: Sums, links: Sums, prose: Sums, punct: Sums, paragraphs: Sums, items: Sums };

/// Columns under way, and what they have in common.
pub const Columns = struct {
    in: *const Input,
    out: [*]f32,
    made: usize = 0,
    memory: std.heap.FixedBufferAllocator,
    chars: []f32 = &.{},
    linked: []f32 = &.{},
    punct: []f32 = &.{},
    digits: []f32 = &.{},
    prose: []bool = &.{},
    /// Where each block stands in the text.
    spans: []Span = &.{},
    totals: Totals = undefined,
    /// Per level the container of each block.
    chains: [levels][]u32 = undefined,

    pub fn next(self: *Columns) []f32 {
        self.made += 1;
        return self.out[(self.made - 1) * self.in.blocks ..][0..self.in.blocks];
    }

    pub fn constant(self: *Columns, value: f64) void {
        @memset(self.next(), @floatCast(value));
    }

    pub fn alloc(self: *Columns, comptime T: type, size: usize) []T {
        return self.memory.allocator().alloc(T, size) catch @panic("the caller's room is too small");
    }

    pub fn sums(self: *Columns) Sums {
        return self.alloc(f64, self.in.blocks + 1);
    }

    pub fn field(self: *const Columns, which: page.Field, container: usize) i64 {
        return self.in.rows[@backingInt(which) * self.in.containers + container];
    }

    pub fn first(self: *const Columns, container: usize) usize {
        return @intCast(self.field(.first, container));
    }

    pub fn end(self: *const Columns, container: usize) usize {
        return @intCast(self.field(.end, container));
    }

    /// What a container holds of what is summed.
    pub fn within(self: *const Columns, of: Sums, container: usize) f64 {
        return of[self.end(container)] - of[self.first(container)];
    }

    pub fn is(self: *const Columns, block: usize, kind: Kind) bool {
        return self.in.kinds[block] == @backingInt(kind);
    }

    pub fn init(in: *const Input, out: [*]f32) Columns {
        const bytes: [*]u8 = @ptrCast(in.scratch);
        const size = scratchSize(in.blocks, in.containers);
        var columns = Columns{ .in = in, .out = out, .memory = std.heap.FixedBufferAllocator.init(bytes[0..size]) };
        columns.prepare();
        return columns;
    }

    fn prepare(self: *Columns) void {
        for (&self.chains, 0..) |*chain, level| {
            chain.* = self.alloc(u32, self.in.blocks);
            for (chain.*, 0..) |*container, block| {
                const inner: usize = if (level == 0) 0 else self.chains[level - 1][block];
                container.* = @intCast(if (level == 0) self.in.owners[block] else self.field(.parent, inner));
            }
        }
    }
};

/// Bytes of scratch memory that columns and context of so many blocks and containers take.
pub fn scratchSize(blocks: usize, containers: usize) usize {
    return 64 * 8 * (blocks + 2) + 16 * (containers + 2) + 4096;
}

pub fn fill(in: *const Input, out: [*]f32) void {
    var columns = Columns.init(in, out);
    own.fill(&columns);
    around.fill(&columns);
    groups.fill(&columns);
    std.debug.assert(columns.made == count);
    hints(&columns);
}

/// Hints of the three nearest containers, and of all around the block: of tags, of tags, of names, of names.
fn hints(columns: *Columns) void {
    const in = columns.in;
    for ([_]struct { page.Field, page.Field, []const i64 }{
        .{ .tags, .tags_around, in.tag_masks[0..in.tag_masks_size] },
        .{ .names, .names_around, in.name_masks[0..in.name_masks_size] },
    }) |set| {
        const nearest = columns.alloc(i64, in.blocks);
        const all = columns.alloc(i64, in.blocks);
        for (nearest, all, 0..) |*by, *within, block| {
            by.* = 0;
            for (columns.chains[0..3]) |chain| by.* |= columns.field(set[0], chain[block]);
            within.* = columns.field(set[1], columns.chains[0][block]);
        }
        for ([_][]const i64{ nearest, all }) |bits| {
            for (set[2]) |mask| {
                for (columns.next(), bits) |*value, found| value.* = @floatFromInt(@intFromBool(found & mask != 0));
            }
        }
    }
}

/// A part of a whole that is at least 1.
pub fn share(part: f64, whole: f64) f32 {
    return @floatCast(part / @max(whole, 1));
}

pub fn float(value: anytype) f32 {
    return @floatFromInt(value);
}

/// How many blocks back and ahead the nearest marked block stands: itself at no distance ahead, and not back.
pub fn distances(marked: []const bool, back: []f32, ahead: []f32) void {
    var distance: f32 = far;
    for (marked, back) |is_marked, *value| {
        value.* = distance;
        distance = if (is_marked) 1 else @min(distance + 1, far);
    }
    distance = far;
    var block = marked.len;
    while (block > 0) {
        block -= 1;
        distance = if (marked[block]) 0 else @min(distance + 1, far);
        ahead[block] = distance;
    }
}

/// The value of the block so many places before; `missing` where there is none.
pub fn shift(column: []const f32, by: i64, missing: f32, out: []f32) void {
    for (out, 0..) |*value, block| {
        const from = @as(i64, @intCast(block)) - by;
        value.* = if (from < 0 or from >= column.len) missing else column[@intCast(from)];
    }
}

/// The blocks within so many of a block.
pub fn near(block: usize, width: usize, blocks: usize) struct { usize, usize } {
    return .{ block -| width, @min(blocks, block + width + 1) };
}
