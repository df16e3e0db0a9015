//! The four classes of code points that GPT-2's pattern tells apart: letters, numbers, white space, the rest.

const ascii = @import("../ascii.zig");

pub const Class = enum(u8) { other, letter, number, space };

/// Bytes that are looked at together.
pub const block_size = 64;

/// Classes of all code points: the block of 256 that each is of, and the blocks, as Scala's UnicodeClasses has them.
pub const Table = extern struct {
    const code_points = 0x110000;
    const per_block = 256;
    /// As many as there may be: Unicode 16 needs fewer than 130.
    const most_blocks = 256;

    block_of: [code_points / per_block]u16,
    blocks: [most_blocks * per_block]u8,

    pub inline fn classOf(table: *const Table, code_point: u32) Class {
        const block: usize = table.block_of[code_point / per_block];
        return @fromBackingInt(table.blocks[block * per_block + code_point % per_block]);
    }
};

/// What the bytes of a block are: bit n stands for byte n.
pub const Planes = struct {
    const Bytes = @Vector(block_size, u8);

    letters: u64,
    numbers: u64,
    /// Blanks, and tab to carriage return.
    spaces: u64,
    blanks: u64,
    apostrophes: u64,
    /// Bytes of code points above ASCII, which are in no other class yet.
    others: u64,

    pub inline fn of(block: *const [block_size]u8) Planes {
        const bytes = @as(*align(1) const Bytes, @ptrCast(block)).*;
        const blanks = bits(bytes == splat(' '));
        return .{
            .letters = ascii.letters(block_size, bytes),
            .numbers = ascii.digits(block_size, bytes),
            .spaces = blanks | bits(bytes -% splat('\t') < splat(5)),
            .blanks = blanks,
            .apostrophes = bits(bytes == splat('\'')),
            .others = bits(bytes >= splat(0x80)),
        };
    }

    inline fn splat(byte: u8) Bytes {
        return @splat(byte);
    }

    inline fn bits(are: @Vector(block_size, bool)) u64 {
        return @bitCast(are);
    }
};

/// A code point and how many bytes it has.
pub const Decoded = struct { code_point: u32, length: usize };

/// Decodes the code point that begins with the first byte, of valid UTF-8.
pub inline fn decode(bytes: *const [4]u8) Decoded {
    const lead: u32 = bytes[0];
    if (lead < 0x80) return .{ .code_point = lead, .length = 1 };
    const second = tail(bytes[1]);
    if (lead < 0xe0) return .{ .code_point = (lead & 0x1f) << 6 | second, .length = 2 };
    const third = tail(bytes[2]);
    if (lead < 0xf0) return .{ .code_point = (lead & 0x0f) << 12 | second << 6 | third, .length = 3 };
    // Masked, so that damaged bytes are no code point beyond the last one.
    const code_point = (lead & 0x07) << 18 | second << 12 | third << 6 | tail(bytes[3]);
    return .{ .code_point = @min(code_point, Table.code_points - 1), .length = 4 };
}

inline fn tail(byte: u8) u32 {
    return byte & 0x3f;
}
