//! Letters and digits of ASCII, many together.

const std = @import("std");

/// Bytes that a word's hash is made of together.
pub const step = 8;

/// Bit by bit, whether bytes are letters or digits.
pub inline fn alphanumerics(comptime count: usize, bytes: @Vector(count, u8)) @Int(.unsigned, count) {
    return letters(count, bytes) | digits(count, bytes);
}

/// Bit by bit, whether bytes are letters.
pub inline fn letters(comptime count: usize, bytes: @Vector(count, u8)) @Int(.unsigned, count) {
    const Bytes = @TypeOf(bytes);
    const small = bytes | @as(Bytes, @splat(0x20));
    return @bitCast(small -% @as(Bytes, @splat('a')) < @as(Bytes, @splat(26)));
}

/// Bit by bit, whether bytes are digits.
pub inline fn digits(comptime count: usize, bytes: @Vector(count, u8)) @Int(.unsigned, count) {
    const Bytes = @TypeOf(bytes);
    return @bitCast(bytes -% @as(Bytes, @splat('0')) < @as(Bytes, @splat(10)));
}

/// How many of a text's first eight bytes are letters or digits; none where fewer are left.
pub inline fn run(text: []const u8) usize {
    return if (text.len < step) 0 else @ctz(~alphanumerics(step, text[0..step].*));
}

/// The first bytes as small letters, 1 to 8 of them, the first one lowest.
pub inline fn lower(bytes: *const [step]u8, count: usize) u64 {
    const all = std.mem.readInt(u64, bytes, .little) | 0x2020202020202020;
    return all & (~@as(u64, 0) >> @intCast(64 - 8 * count));
}
