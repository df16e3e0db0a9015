//! Characters of text: references to them (HTML standard, section 13.2.5.72), and white space as Python's `str` knows it.

const std = @import("std");
const strings = @import("strings.zig");

/// References by the FNV-1a hash of their name with its semicolon, where it has one, to one or two code points.
pub const References = struct {
    named: strings.Table,

    const longest = 32;

    /// Decodes what begins with `&` at `at` and appends it to `out`; returns the place after it.
    pub fn decode(self: References, html: []const u8, at: usize, out: *Writer) usize {
        if (at + 1 < html.len and html[at + 1] == '#') return decodeNumber(html, at, out);
        var hash = strings.fnv_basis;
        var value: ?u64 = null;
        var after: usize = at + 1;
        var end = at + 1;
        while (end < html.len and end - at <= longest) : (end += 1) {
            if (!std.ascii.isAlphanumeric(html[end]) and html[end] != ';') break;
            hash = (hash ^ html[end]) *% strings.fnv_prime;
            if (self.named.get(hash)) |found| {
                value = found;
                after = end + 1;
            }
            if (html[end] == ';') break;
        }
        const points = value orelse {
            out.byte('&');
            return at + 1;
        };
        out.point(@intCast(points & 0x1FFFFF));
        if (points >> 32 != 0) out.point(@intCast(points >> 32));
        return after;
    }
};

fn decodeNumber(html: []const u8, at: usize, out: *Writer) usize {
    const is_hex = at + 2 < html.len and (html[at + 2] | 0x20) == 'x';
    const from = at + 2 + @as(usize, @intFromBool(is_hex));
    var end = from;
    var number: u32 = 0;
    while (end < html.len) : (end += 1) {
        const digit = std.fmt.charToDigit(html[end], if (is_hex) 16 else 10) catch break;
        number = @min(number * @as(u32, if (is_hex) 16 else 10) + digit, 0x110000);
    }
    if (end == from) {
        out.byte('&');
        return at + 1;
    }
    out.point(meant(number));
    return if (end < html.len and html[end] == ';') end + 1 else end;
}

/// Windows-1252 where a number names a control character, U+FFFD where it names nothing.
fn meant(number: u32) u21 {
    if (number >= 0x80 and number < 0xA0) return windows_1252[number - 0x80];
    if (number == 0 or number > 0x10FFFF or (number >= 0xD800 and number < 0xE000)) return 0xFFFD;
    return @intCast(number);
}

const windows_1252 = [32]u21{
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
};

/// Bytes that are appended to a buffer of which the caller knows that it is large enough.
pub const Writer = struct {
    buffer: []u8,
    len: usize = 0,

    pub fn byte(self: *Writer, value: u8) void {
        self.buffer[self.len] = value;
        self.len += 1;
    }

    pub fn bytes(self: *Writer, values: []const u8) void {
        @memcpy(self.buffer[self.len..][0..values.len], values);
        self.len += values.len;
    }

    fn point(self: *Writer, value: u21) void {
        var encoded: [4]u8 = undefined;
        const size = std.unicode.utf8Encode(value, &encoded) catch unreachable; // no surrogate comes here
        self.bytes(encoded[0..size]);
    }
};

/// How many bytes of white space `text` begins with at `at`: one character's, 0 where it is another.
pub fn spaceSize(text: []const u8, at: usize) usize {
    const first = text[at];
    if (first < 0x80) return @intFromBool(first == ' ' or (first >= 0x09 and first <= 0x0D) or (first >= 0x1C and first <= 0x1F));
    if (first == 0xC2 and at + 1 < text.len) return if (text[at + 1] == 0x85 or text[at + 1] == 0xA0) 2 else 0;
    if (first < 0xE1 or first > 0xE3 or at + 2 >= text.len) return 0;
    const point = @as(u32, first & 0x0F) << 12 | @as(u32, text[at + 1] & 0x3F) << 6 | (text[at + 2] & 0x3F);
    return switch (point) {
        0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 => 3,
        else => 0,
    };
}

/// White space of HTML's syntax.
pub fn isBlank(byte: u8) bool {
    return byte == ' ' or (byte >= 0x09 and byte <= 0x0D and byte != 0x0B);
}

pub fn isAllBlank(text: []const u8) bool {
    for (text) |byte| {
        if (!isBlank(byte)) return false;
    }
    return true;
}
