//! GPT-2's pieces, as Scala's Gpt2Scanner finds them: by where they begin, 64 bytes at a time.

const std = @import("std");
const classes = @import("classes.zig");

const block_size = classes.block_size;
const Place = std.math.Log2Int(u64);

/// So many pieces end a scan.
const enough = 256;
/// Most pieces of a scan: one may begin at each of the 64 bytes that bring it to its end, and around them.
pub const most = enough + block_size + 8;
/// Places that are written at a time, where there may be fewer.
const step = 8;
/// Room for the ends of pieces.
pub const places = most + step;

/// The last places from which on a contraction may be cut off: it has three bytes at most.
const late: Place = block_size - 2;

/// Bits of a code point: its class, whether it is a blank, and whether it is white space after white space.
const letter: u64 = 1;
const number: u64 = 2;
const space: u64 = 4;
const blank: u64 = 8;
const double: u64 = 16;
const class_bits = letter | number | space;

/// What stands before a piece: like a blank, nothing begins after it, but it is no white space.
const start: u64 = blank;

pub const Scanner = struct {
    /// Has `padding` bytes behind `to`.
    text: []const u8,
    to: usize,
    table: *const classes.Table,
    /// Where pieces end.
    ends: *[places]u32,
    count: usize = 0,
    /// The bits of the code point that was last looked at, and where it begins.
    last: u64 = start,
    last_at: usize = 0,
    /// Whether white space of more than one byte ends the block.
    is_space_next: bool = false,

    /// Bytes that are read behind the text.
    pub const padding = block_size;

    /// Finds pieces from `from` on, where one begins; returns how many, at least one where text is left.
    pub fn scan(scanner: *Scanner, from: usize) usize {
        var at = from;
        while (at < scanner.to and scanner.count < enough) {
            var planes = classes.Planes.of(scanner.text[at..][0..block_size]);
            const size = scanner.blockSize(&planes, at);
            if (size > 0) scanner.scanBlock(&planes, at, size);
            at += size;
            if (size > 0 and scanner.last == start and at < scanner.to) scanner.add(at);
            if (scanner.is_space_next) at = scanner.scanSpaces(at);
        }
        if (at >= scanner.to) scanner.add(scanner.to);
        return scanner.count;
    }

    /// How many of the bytes from `at` on are one block: not those behind the text's end, a code point that is cut off,
    /// an apostrophe whose contraction may be, and white space of more than one byte.
    inline fn blockSize(scanner: *Scanner, planes: *classes.Planes, at: usize) usize {
        const cut = planes.apostrophes >> late;
        const end: usize = if (cut == 0) block_size else @as(usize, late) + @ctz(cut);
        const size = @min(end, scanner.to - at);
        scanner.is_space_next = false;
        if (planes.others & prefix(size) == 0) return size;
        return scanner.classifyOthers(planes, at, size);
    }

    /// Adds the code points above ASCII to their classes; returns the block's size.
    fn classifyOthers(scanner: *Scanner, planes: *classes.Planes, at: usize, size: usize) usize {
        var rest = planes.others & prefix(size);
        while (rest != 0) {
            const place: Place = @intCast(@ctz(rest));
            const decoded = classes.decode(scanner.text[at + place ..][0..4]);
            const class = scanner.table.classOf(decoded.code_point);
            scanner.is_space_next = class == .space;
            if (scanner.is_space_next or place + decoded.length > block_size) return place;
            const bytes = prefix(decoded.length) << place;
            if (class == .letter) planes.letters |= bytes;
            if (class == .number) planes.numbers |= bytes;
            rest &= ~bytes;
        }
        return size;
    }

    inline fn scanBlock(scanner: *Scanner, planes: *const classes.Planes, at: usize, size: usize) void {
        const inside = prefix(size);
        const last = scanner.last;
        const spaces_before = planes.spaces << 1 | bitOf(last, space);
        const blanks_before = planes.blanks << 1 | bitOf(last, blank);
        const doubles = planes.spaces & spaces_before;
        const after_doubles = (doubles << 1 | bitOf(last, double)) & ~planes.spaces & inside;
        const changes = (planes.letters ^ (planes.letters << 1 | bitOf(last, letter))) |
            (planes.numbers ^ (planes.numbers << 1 | bitOf(last, number))) |
            (planes.spaces ^ spaces_before);
        const begins = (changes & ~blanks_before & inside) | (after_doubles >> 1);
        const first: u64 = @intFromBool(last == start);
        if (after_doubles & 1 != 0) scanner.add(scanner.last_at);
        scanner.last_at = at + size - 1;
        scanner.last = lastBits(planes, doubles, @intCast(size - 1));
        if (planes.apostrophes & inside & (begins | first) == 0) return scanner.addAll(begins, at);
        scanner.addAll(scanner.withContractions(planes, at, size, begins | first) & ~first, at);
    }

    inline fn lastBits(planes: *const classes.Planes, doubles: u64, place: Place) u64 {
        return (planes.letters >> place & 1) |
            (planes.numbers >> place & 1) << 1 |
            (planes.spaces >> place & 1) << 2 |
            (planes.blanks >> place & 1) << 3 |
            (doubles >> place & 1) << 4;
    }

    /// Contractions are whole pieces where one begins; what follows one begins a piece, which `last` says where that is
    /// behind the block's end.
    fn withContractions(scanner: *Scanner, planes: *const classes.Planes, at: usize, size: usize, begins: u64) u64 {
        var changed = begins;
        var rest = planes.apostrophes & prefix(size);
        while (rest != 0) : (rest &= rest - 1) {
            const place: Place = @intCast(@ctz(rest));
            if (changed >> place & 1 == 0) continue;
            const length = contractionBytes(scanner.text[at + place .. at + size]);
            if (length == 0) continue;
            changed &= ~(prefix(length - 1) << 1 << place);
            if (place + length < size) {
                changed |= prefix(1) << place << @intCast(length);
            } else {
                scanner.last = start;
            }
        }
        return changed;
    }

    /// Goes on behind white space and the code point after it.
    fn scanSpaces(scanner: *Scanner, from: usize) usize {
        var at = from;
        while (at < scanner.to) {
            at += scanner.scanCodePoint(at);
            if (scanner.last & space == 0) break;
        }
        return at;
    }

    /// Returns how many bytes were gone on.
    fn scanCodePoint(scanner: *Scanner, at: usize) usize {
        const decoded = classes.decode(scanner.text[at..][0..4]);
        const bits = scanner.bitsOf(decoded.code_point);
        const is_begin = (bits ^ scanner.last) & class_bits != 0 and scanner.last & blank == 0;
        if (scanner.last & double != 0 and bits & space == 0) scanner.add(scanner.last_at);
        if (is_begin) scanner.add(at);
        if (is_begin or scanner.last == start) {
            const contraction = contractionBytes(scanner.text[at..scanner.to]);
            if (contraction > 0) {
                if (at + contraction < scanner.to) scanner.add(at + contraction);
                scanner.last = start;
                return contraction;
            }
        }
        scanner.last_at = at;
        scanner.last = bits | (bits & scanner.last & space) << 2;
        return decoded.length;
    }

    fn bitsOf(scanner: *const Scanner, code_point: u32) u64 {
        if (code_point == ' ') return space | blank;
        return switch (scanner.table.classOf(code_point)) {
            .letter => letter,
            .number => number,
            .space => space,
            .other => 0,
        };
    }

    fn add(scanner: *Scanner, end: usize) void {
        scanner.ends[scanner.count] = @intCast(end);
        scanner.count += 1;
    }

    /// Adds the places of all bits.
    inline fn addAll(scanner: *Scanner, begins: u64, at: usize) void {
        const base: u32 = @intCast(at);
        var rest = begins;
        var to = scanner.count;
        while (true) {
            const ends = scanner.ends[to..][0..step];
            inline for (ends) |*end| {
                end.* = base + @ctz(rest);
                rest &= rest -% 1;
            }
            if (rest == 0) break;
            to += step;
        }
        scanner.count += @popCount(begins);
    }
};

/// 1 if `bits` have `bit`.
inline fn bitOf(bits: u64, comptime bit: u64) u64 {
    return bits / bit & 1;
}

/// The first `count` bits, of which there are 64 at most.
inline fn prefix(count: usize) u64 {
    return if (count == 0) 0 else ~@as(u64, 0) >> @intCast(block_size - count);
}

/// The bytes of the contraction that a text begins with; 0 if it does not.
fn contractionBytes(text: []const u8) usize {
    if (text.len < 2 or text[0] != '\'') return 0;
    return switch (text[1]) {
        's', 't', 'm', 'd' => 2,
        'r', 'v' => if (text.len > 2 and text[2] == 'e') 3 else 0,
        'l' => if (text.len > 2 and text[2] == 'l') 3 else 0,
        else => 0,
    };
}
