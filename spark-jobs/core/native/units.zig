//! What the splitter knows of UTF-16 units, as Scala's Utf8Units has it, and how they stand in UTF-8.

const ascii = @import("ascii.zig");
const hashes = @import("hashes.zig");

pub const count = 1 << 16;

/// Set where a unit makes a word count: a letter or a digit.
pub const counted = 0x10;
const class_bits = 0x0f;

const letter = 1;
const numeric = 2;
const extend_num_let = 3;
const mid_letter = 4;
const mid_num = 5;
const mid_num_let = 6;
pub const unsupported = 8;

/// Class and `counted` by unit, and the small letter of each; set once before anything is read.
pub var kinds: [count]u8 = undefined;
pub var lowers: [count]u16 = undefined;

/// A unit and its bytes.
pub const Unit = struct {
    code: u16,
    size: u8,

    pub fn kind(unit: Unit) u8 {
        return kinds[unit.code];
    }

    pub fn lower(unit: Unit) u16 {
        return lowers[unit.code];
    }
};

pub fn classOf(kind: u8) u8 {
    return kind & class_bits;
}

pub fn isUnsupported(kind: u8) bool {
    return kind & unsupported != 0;
}

pub fn isWordPart(class: u8) bool {
    return class >= letter and class <= extend_num_let;
}

pub fn isMark(class: u8) bool {
    return class >= mid_letter and class <= mid_num_let;
}

/// WB6 and WB7, WB11 and WB12 of UAX #29: one mark between two letters, or between two digits.
pub fn joins(before: u8, mark: u8, after: u8) bool {
    if (before == letter and after == letter) return mark == mid_letter or mark == mid_num_let;
    return before == numeric and after == numeric and (mark == mid_num or mark == mid_num_let);
}

pub fn isContinuation(byte: u8) bool {
    return byte & 0xc0 == 0x80;
}

/// The unit whose bytes begin a text; null where they are no UTF-8 of the basic plane.
pub fn first(text: []const u8) ?Unit {
    const byte = text[0];
    if (byte < 0x80) return .{ .code = byte, .size = 1 };
    return if (byte & 0xf0 == 0xe0) three(text) else two(text);
}

/// Bytes of some units, and whether they make a word count.
pub const Run = struct { size: usize, signs: u8 };

/// Adds the first units that are parts of words together: up to eight letters and digits of ASCII, or any number of two
/// bytes each, letters of Latin, Greek, Cyrillic and others. None where the first unit has to be looked at by itself.
pub inline fn run(text: []const u8, hasher: *hashes.Hasher) Run {
    return if (text[0] < 0x80) asciiRun(text, hasher) else pairs(text, hasher);
}

inline fn asciiRun(text: []const u8, hasher: *hashes.Hasher) Run {
    const size = ascii.run(text);
    if (size == 0) return .{ .size = 0, .signs = 0 };
    hasher.addBytes(ascii.lower(text[0..ascii.step], size), size);
    return .{ .size = size, .signs = counted };
}

fn pairs(text: []const u8, hasher: *hashes.Hasher) Run {
    var own = hasher.*;
    var size: usize = 0;
    var signs: u8 = 0;
    while (two(text[size..])) |unit| {
        const kind = unit.kind();
        if (!isWordPart(classOf(kind))) break;
        own.add(unit.lower());
        signs |= kind & counted;
        size += unit.size;
    }
    hasher.* = own;
    return .{ .size = size, .signs = signs };
}

inline fn two(text: []const u8) ?Unit {
    if (text.len < 2 or text[0] & 0xe0 != 0xc0 or !isContinuation(text[1])) return null;
    const code = @as(u16, text[0] & 0x1f) << 6 | (text[1] & 0x3f);
    return if (code >= 0x80) .{ .code = code, .size = 2 } else null;
}

fn three(text: []const u8) ?Unit {
    if (text.len < 3 or !isContinuation(text[1]) or !isContinuation(text[2])) return null;
    const code = (@as(u16, text[0] & 0x0f) << 12 | @as(u16, text[1] & 0x3f) << 6) | (text[2] & 0x3f);
    return if (code >= 0x800) .{ .code = code, .size = 3 } else null;
}
