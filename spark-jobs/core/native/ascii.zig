//! Letters and digits of ASCII, many together.

const std = @import("std");

/// Bytes that a word's hash is made of together.
pub const step = 8;

/// Bytes that are looked at together.
const width = 2 * step;
const Bytes = @Vector(width, u8);
const Mask = @Int(.unsigned, width);

/// How many of a text's first bytes are letters or digits, of the first eight; none where fewer than 16 are left.
pub inline fn run(text: []const u8) usize {
    if (text.len < width) return 0;
    const all: Bytes = text[0..width].*;
    const letters = (all | @as(Bytes, @splat(0x20))) -% @as(Bytes, @splat('a'));
    const digits = all -% @as(Bytes, @splat('0'));
    const are_letters: Mask = @bitCast(letters < @as(Bytes, @splat(26)));
    const are_digits: Mask = @bitCast(digits < @as(Bytes, @splat(10)));
    return @min(@ctz(~(are_letters | are_digits)), step);
}

/// The first bytes as small letters, 1 to 8 of them, the first one lowest.
pub inline fn lower(bytes: *const [step]u8, count: usize) u64 {
    const all = std.mem.readInt(u64, bytes, .little) | 0x2020202020202020;
    return all & ~@as(u64, 0) >> @intCast(64 - 8 * count);
}
