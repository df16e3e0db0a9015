//! The page reader as a shared library: `read_page` for html/reader.py, features for html/features.py, trees for html/trees.py.

const std = @import("std");
const columns = @import("columns.zig");
const context_columns = @import("context_columns.zig");
const page = @import("page.zig");
const tags = @import("tags.zig");
const Reader = @import("reader.zig").Reader;
const Span = @import("strings.zig").Span;
const Strings = @import("strings.zig").Strings;
const trees = @import("trees.zig");

pub const panic = std.debug.simple_panic;

const Status = enum(i32) { read = 0, too_deep = 1, too_many_nodes = 2 };

/// Reads a page into the caller's buffers; returns a `Status`.
export fn read_page(buffers: *page.Buffers) i32 {
    var reader = readerOf(buffers);
    for (0..page.fields) |field| reader.collector.containers[field * buffers.room] = 0;
    const status: Status = if (reader.read()) .read else |failed| switch (failed) {
        error.TooDeep => .too_deep,
        error.TooManyNodes => .too_many_nodes,
    };
    const collector = &reader.collector;
    buffers.text_size = collector.text.len;
    buffers.block_count = collector.block_count;
    buffers.container_count = collector.container_count;
    buffers.name_count = reader.names.count;
    buffers.note_count = collector.note_count;
    buffers.event_count = collector.mentions.count;
    return @backingInt(status);
}

/// The names of the tags by number, with spaces between them.
export fn tag_names() [*:0]const u8 {
    return tags.names ++ "";
}

/// The names of the columns that `page_columns` makes first, and of those of `context_columns`.
export fn column_names() [*:0]const u8 {
    return columns.names ++ "";
}

export fn context_names() [*:0]const u8 {
    return context_columns.names ++ "";
}

/// Makes the features of a page's blocks, a row for each: `column_names`, then two rows for each hint.
export fn page_columns(in: *const columns.Input, out: [*]f32) void {
    columns.fill(in, out);
}

/// Makes the features that follow from the first model's probabilities, in thousandths.
export fn context_columns_of(in: *const columns.Input, probabilities: [*]const i64, out: [*]f32) void {
    context_columns.fill(in, probabilities, out);
}

/// Bytes of scratch memory for a page's columns.
export fn scratch_size(blocks: usize, containers: usize) usize {
    return columns.scratchSize(blocks, containers);
}

/// Sums a model's leaves for each row.
export fn tree_logits(model: *const trees.Model, features: [*]const f32, rows: usize, out: [*]i64) void {
    trees.logits(model, features, rows, out);
}

/// The sizes of what Python hands over, by which it checks that it means the same.
export fn sizes(out: *[3]usize) void {
    out.* = .{ @sizeOf(page.Buffers), @sizeOf(columns.Input), @sizeOf(trees.Model) };
}

fn readerOf(buffers: *page.Buffers) Reader {
    const html = buffers.html[0..buffers.html_size];
    return .{
        .html = html,
        .attributes = buffers.attributes[0..buffers.attribute_room],
        .max_nodes = buffers.max_nodes,
        .max_depth = buffers.max_depth,
        .max_opened = buffers.max_opened,
        .names = stringsOf(buffers, .{ buffers.name_slots, buffers.name_spans, buffers.name_kinds }, true),
        .collector = collectorOf(buffers, html),
    };
}

/// No strings yet, in memory for slots, spans and kinds.
fn stringsOf(buffers: *const page.Buffers, memory: struct { [*]u32, [*]Span, [*]u32 }, fold_case: bool) Strings {
    const slots = memory[0][0..buffers.slots];
    @memset(slots, 0);
    return .{
        .html = buffers.html[0..buffers.html_size],
        .slots = slots,
        .spans = memory[1][0..buffers.room],
        .kinds = memory[2][0..buffers.room],
        .fold_case = fold_case,
    };
}

fn collectorOf(buffers: *page.Buffers, html: []const u8) @FieldType(Reader, "collector") {
    const room = buffers.byte_room;
    return .{
        .html = html,
        .open = buffers.open[0..buffers.max_depth],
        .names = .{
            .words = .{ .entries = buffers.words[0..buffers.words_size] },
            .hints = buffers.hints,
            .other = buffers.other,
            .comment = buffers.comment,
        },
        .kinds = stringsOf(buffers, .{ buffers.kind_slots, buffers.kind_spans, buffers.kind_tags }, false),
        .kind_bits = buffers.kind_bits[0..buffers.room],
        .tag_bits = buffers.tag_bits[0..tags.count],
        .unseen = buffers.unseen,
        .containers = buffers.containers[0 .. page.fields * buffers.room],
        .blocks = buffers.blocks[0 .. page.block_fields * buffers.room],
        .room = buffers.room,
        .notes = buffers.notes[0..buffers.note_room],
        .mentions = .{
            .events = buffers.events[0..buffers.event_room],
            .candidates = buffers.candidates[0..buffers.max_depth],
            .heard = .{ .buffer = buffers.heard[0..room] },
            .naming = buffers.naming,
            .elsewhere = buffers.elsewhere,
        },
        .references = .{ .named = .{ .entries = buffers.references[0..buffers.references_size] } },
        .scratch = buffers.scratch[0..room],
        .text = .{ .buffer = buffers.text[0..room] },
    };
}
