//! Letters and digits of ASCII, many together.

const std = @import("std");

/// Bytes that a word's hash is made of together.
pub const step = 8;

/// Bit by bit, whether bytes are letters or digits.
pub inline fn alphanumerics(comptime count: usize, bytes: *const [count]u8) @Int(.unsigned, count) {
    const Bytes = @Vector(count, u8);
    const Mask = @Int(.unsigned, count);
    const all: Bytes = bytes.*;
    const letters = (all | @as(Bytes, @splat(0x20))) -% @as(Bytes, @splat('a'));
    const digits = all -% @as(Bytes, @splat('0'));
    const are_letters: Mask = @bitCast(letters < @as(Bytes, @splat(26)));
    const are_digits: Mask = @bitCast(digits < @as(Bytes, @splat(10)));
    return are_letters | are_digits;
}

/// How many of a text's first eight bytes are letters or digits; none where fewer are left.
pub inline fn run(text: []const u8) usize {
    return if (text.len < step) 0 else @ctz(~alphanumerics(step, text[0..step]));
}

/// The first bytes as small letters, 1 to 8 of them, the first one lowest.
pub inline fn lower(bytes: *const [step]u8, count: usize) u64 {
    const all = std.mem.readInt(u64, bytes, .little) | 0x2020202020202020;
    return all & (~@as(u64, 0) >> @intCast(64 - 8 * count));
}
