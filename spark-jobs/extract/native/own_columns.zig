//! What a block's own text tells, where it stands in the page, and what headings and readers' labels are around it.

const std = @import("std");
const columns_of = @import("columns.zig");
const Columns = columns_of.Columns;
const Strings = @import("strings.zig").Strings;
const countWords = @import("strings.zig").countWords;
const Span = @import("strings.zig").Span;

pub const names = text_names ++ " " ++ place_names ++ " " ++ thread_names ++ " " ++ heading_names;

pub fn fill(columns: *Columns) void {
    text(columns);
    sum(columns);
    place(columns);
    threads(columns);
    headings(columns);
}

/// Characters of a block that are counted; shares change little after these.
const counted_chars = 2000;
const label_chars = 200;
/// A block of prose: this long, this little linked, with punctuation.
const prose_chars = 80;
const prose_links: f32 = 0.3;
const prose_punct: f32 = 0.005;

const text_names = "chars words punct digits upper bar term dup " ++ label_names ++ " ld links kind";
const label_names = "notice label title comment_label says";
const Label = enum(usize) { notice, label, title, comment, says };
const Class = enum(u3) { punct, digit, upper, space, bar };

fn text(columns: *Columns) void {
    const in = columns.in;
    const chars = columns.next();
    const words = columns.next();
    const punct = columns.next();
    const digits = columns.next();
    const upper = columns.next();
    const bar = columns.next();
    const term = columns.next();
    columns.spans = columns.alloc(Span, in.blocks);
    var at: usize = 0;
    for (0..in.blocks) |block| {
        const from = at;
        const length: usize = @intCast(in.chars[block]);
        const counted = @min(length, counted_chars);
        const found = count(in, &at, length);
        columns.spans[block] = .{ .from = @intCast(from), .to = @intCast(at) };
        chars[block] = columns_of.float(length);
        punct[block] = part(found.classes, .punct, counted);
        digits[block] = part(found.classes, .digit, counted);
        upper[block] = part(found.classes, .upper, counted);
        words[block] = part(found.classes, .space, counted) * chars[block] + 1;
        bar[block] = columns_of.float(@intFromBool(found.classes[@backingInt(Class.bar)] > 0 and length < label_chars));
        const terminals = in.terminals[0..in.terminals_size];
        term[block] = columns_of.float(@intFromBool(std.mem.indexOfScalar(u32, terminals, found.last) != null));
    }
    columns.chars = chars;
    columns.punct = punct;
    columns.digits = digits;
    repeats(columns);
    for (0..countWords(label_names)) |label| {
        @memcpy(columns.next(), in.labels[label * in.blocks ..][0..in.blocks]);
    }
    columns.linked = columns.next();
    for (columns.linked, chars, 0..) |*value, length, block| value.* = columns_of.float(in.link_chars[block]) / length;
    for (columns.next(), 0..) |*value, block| value.* = columns_of.float(in.links[block]);
    for (columns.next(), 0..) |*value, block| value.* = columns_of.float(in.kinds[block]);
}

const Counts = struct { classes: [5]u32, last: u32 };

/// Counts the characters of a block that begins at `at`, and moves that behind it.
fn count(in: *const columns_of.Input, at: *usize, length: usize) Counts {
    var found = Counts{ .classes = @splat(0), .last = 0 };
    for (0..length) |number| {
        const size = std.unicode.utf8ByteSequenceLength(in.text[at.*]) catch 1;
        const point: u32 = std.unicode.utf8Decode(in.text[at.*..][0..size]) catch 0xFFFD;
        at.* += size;
        found.last = point;
        if (number >= counted_chars or point > 0xFFFF) continue;
        const class = in.classes[point];
        if (class == 0) continue;
        inline for (&found.classes, 0..) |*sum_of, bit| sum_of.* += class >> bit & 1;
    }
    return found;
}

fn part(classes: [5]u32, class: Class, counted: usize) f32 {
    return @floatCast(@as(f64, @floatFromInt(classes[@backingInt(class)])) / @as(f64, @floatFromInt(counted)));
}

/// How many blocks of the page have the same text.
fn repeats(columns: *Columns) void {
    const in = columns.in;
    const slots = columns.alloc(u32, std.math.ceilPowerOfTwoAssert(usize, 2 * in.blocks + 2));
    @memset(slots, 0);
    var strings = Strings{
        .html = in.text[0..in.text_size],
        .slots = slots,
        .spans = columns.alloc(Span, in.blocks),
        .kinds = columns.alloc(u32, in.blocks),
        .fold_case = false,
    };
    const numbers = columns.alloc(u32, in.blocks);
    const counts = columns.alloc(u32, in.blocks);
    @memset(counts, 0);
    for (numbers, columns.spans) |*number, span| {
        number.* = strings.number(0, span).number;
        counts[number.*] += 1;
    }
    for (columns.next(), numbers) |*value, number| value.* = columns_of.float(counts[number]);
}

fn sum(columns: *Columns) void {
    const in = columns.in;
    columns.prose = columns.alloc(bool, in.blocks);
    for (columns.prose, columns.chars, columns.linked, columns.punct) |*is_prose, chars, linked, punct| {
        is_prose.* = chars >= prose_chars and linked < prose_links and punct > prose_punct;
    }
    const totals = &columns.totals;
    inline for (@typeInfo(columns_of.Totals).@"struct".field_names) |field| {
        @field(totals, field) = columns.sums();
        @field(totals, field)[0] = 0;
    }
    for (columns.chars, 0..) |chars, block| {
        totals.chars[block + 1] = totals.chars[block] + chars;
        totals.links[block + 1] = totals.links[block] + columns.linked[block] * chars;
        totals.prose[block + 1] = totals.prose[block] + if (columns.prose[block]) chars else 0;
        totals.punct[block + 1] = totals.punct[block] + columns.punct[block] * chars;
        totals.paragraphs[block + 1] = totals.paragraphs[block] + if (columns.is(block, .p)) chars else 0;
        totals.items[block + 1] = totals.items[block] + if (columns.is(block, .li)) chars else 0;
    }
}

const place_names = "pos char_pos prose_pos index rest prose_back prose_ahead";

fn place(columns: *Columns) void {
    const blocks = columns.in.blocks;
    const size = columns_of.float(blocks);
    const totals = columns.totals;
    for (columns.next(), 0..) |*value, block| value.* = columns_of.float(block) / size;
    for (columns.next(), 0..) |*value, block| value.* = columns_of.share(totals.chars[block], totals.chars[blocks]);
    for (columns.next(), 0..) |*value, block| value.* = columns_of.share(totals.prose[block], totals.prose[blocks]);
    for (columns.next(), 0..) |*value, block| value.* = columns_of.float(block);
    for (columns.next(), 0..) |*value, block| value.* = size - columns_of.float(block);
    const back = columns.next();
    columns_of.distances(columns.prose, back, columns.next());
}

const thread_names = "comments_count comments_first comments_last comments_back comments_ahead comments_near " ++
    "says_back says_ahead says_near dated_back dated_ahead dated_near";
/// A date is this short, with so many digits.
const date_chars = 80;
const date_digits = 4;
/// Blocks on each side within which marks are counted.
const near_marks = 10;

fn threads(columns: *Columns) void {
    const in = columns.in;
    const says = in.labels[@backingInt(Label.says) * in.blocks ..][0..in.blocks];
    const comment = in.labels[@backingInt(Label.comment) * in.blocks ..][0..in.blocks];
    const marks = [_][]bool{ columns.alloc(bool, in.blocks), columns.alloc(bool, in.blocks), columns.alloc(bool, in.blocks) };
    for (0..in.blocks) |block| {
        marks[0][block] = comment[block] > 0;
        marks[1][block] = says[block] > 0;
        marks[2][block] = columns.chars[block] < date_chars and columns.digits[block] * columns.chars[block] >= date_digits;
    }
    afterFirst(columns, marks[0]);
    for (marks) |marked| {
        const back = columns.next();
        columns_of.distances(marked, back, columns.next());
        const sums = columns.sums();
        sums[0] = 0;
        for (marked, 0..) |is_marked, block| sums[block + 1] = sums[block] + @as(f64, @floatFromInt(@intFromBool(is_marked)));
        for (columns.next(), 0..) |*value, block| {
            const low, const high = columns_of.near(block, near_marks, in.blocks);
            value.* = @floatCast((sums[high] - sums[low]) / @as(f64, @floatFromInt(high - low)));
        }
    }
}

/// How many labels stand before a block, and the share of the page's prose before the first and the last label.
fn afterFirst(columns: *Columns, label: []const bool) void {
    const prose = columns.totals.prose;
    const whole = @max(1, prose[label.len]);
    var labels: f32 = 0;
    for (columns.next(), label) |*value, is_label| {
        labels += columns_of.float(@intFromBool(is_label));
        value.* = labels;
    }
    const first = std.mem.indexOfScalar(bool, label, true);
    const last = std.mem.lastIndexOfScalar(bool, label, true);
    columns.constant(if (first) |block| prose[block] / whole else -1);
    columns.constant(if (last) |block| prose[block] / whole else -1);
}

const heading_names = "heading_back heading_kind heading_label heading_title h1_before h1_count";

/// How far back the last heading stands, and whether it reads like a label (`Related`, `Comments`).
fn headings(columns: *Columns) void {
    const in = columns.in;
    const label = in.labels[@backingInt(Label.label) * in.blocks ..][0..in.blocks];
    const title = in.labels[@backingInt(Label.title) * in.blocks ..][0..in.blocks];
    const back = columns.next();
    const kind = columns.next();
    const labelled = columns.next();
    const titled = columns.next();
    const before = columns.next();
    var last: ?usize = null;
    var firsts: f32 = 0;
    for (0..in.blocks) |block| {
        const found = in.kinds[block];
        if (found >= @backingInt(columns_of.Kind.h1) and found <= @backingInt(columns_of.Kind.h6)) last = block;
        if (columns.is(block, .h1)) firsts += 1;
        back[block] = if (last) |heading| @min(columns_of.float(block - heading), columns_of.far) else columns_of.far;
        kind[block] = if (last) |heading| columns_of.float(in.kinds[heading]) else 0;
        labelled[block] = if (last) |heading| label[heading] else -1;
        titled[block] = if (last) |heading| title[heading] else -1;
        before[block] = firsts;
    }
    columns.constant(firsts);
}
