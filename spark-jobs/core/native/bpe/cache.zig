//! Pieces and their tokens, in memory of fixed size: where a piece finds no room, it takes that of another one.

const std = @import("std");

/// Multipliers of splitmix64 (Steele et al. 2014).
const first_factor = 0x9e3779b97f4a7c15;
const second_factor = 0xbf58476d1ce4e5b9;

/// Tokens that are written at a time, where there may be fewer.
pub const step = 8;

/// Pieces of up to 15 bytes. A set of two is a line of the processor's cache; a new piece takes the second slot of a full
/// set, and the first one when it is met again there.
pub const Narrow = extern struct {
    sets: [1 << bits]Set align(64),

    const bits = 16;
    pub const most_bytes = 15;
    pub const most_tokens = step - 1;

    /// A piece's bytes, zeros behind them, and its length in the last byte.
    pub const Key = [2]u64;
    const KeyVector = @Vector(2, u64);

    /// The last place has the number of tokens, 0 where they are too many to stand here.
    const Slot = extern struct { key: Key, tokens: [step]u16 };
    const Set = [2]Slot;

    /// Keep the first bytes, by how many.
    const masks: [most_bytes + 1]KeyVector = blk: {
        var all: [most_bytes + 1]KeyVector = undefined;
        for (&all, 0..) |*mask, count| {
            const ones = (@as(u128, 1) << (8 * count)) - 1;
            mask.* = .{ @truncate(ones), @truncate(ones >> 64) };
        }
        break :blk all;
    };

    /// The key of a piece of so many of the bytes; where it is longer, a key that no slot has.
    pub inline fn keyOf(bytes: *const [16]u8, length: usize) Key {
        const all = @as(*align(1) const KeyVector, @ptrCast(bytes)).*;
        return (all & masks[@min(length, most_bytes)]) | KeyVector{ 0, @as(u64, @min(length, 0xff)) << 56 };
    }

    pub inline fn setOf(key: Key) u32 {
        return @intCast((key[0] ^ key[1] *% second_factor) *% first_factor >> (64 - bits));
    }

    pub inline fn prefetch(narrow: *const Narrow, set: u32) void {
        @prefetch(&narrow.sets[set], .{});
    }

    /// Tokens, and in the last place their number.
    pub inline fn find(narrow: *Narrow, set: u32, key: Key) ?*const [step]u16 {
        const slots = &narrow.sets[set];
        if (isAt(&slots[0], key)) return &slots[0].tokens;
        if (!isAt(&slots[1], key)) return null;
        slots.* = .{ slots[1], slots[0] };
        return &slots[0].tokens;
    }

    inline fn isAt(slot: *const Slot, key: Key) bool {
        return (slot.key[0] ^ key[0]) | (slot.key[1] ^ key[1]) == 0;
    }

    pub fn put(narrow: *Narrow, set: u32, key: Key, tokens: []const u16) void {
        const slots = &narrow.sets[set];
        const slot = &slots[if (isFree(&slots[0])) 0 else 1];
        slot.key = key;
        @memcpy(slot.tokens[0..tokens.len], tokens);
        slot.tokens[step - 1] = @intCast(tokens.len);
    }

    pub fn isFull(narrow: *const Narrow, set: u32) bool {
        return !isFree(&narrow.sets[set][1]);
    }

    fn isFree(slot: *const Slot) bool {
        return slot.key[1] == 0;
    }
};

/// Pieces of up to 31 bytes with any number of tokens, in sets of two, of which a new piece takes the second slot.
pub const Wide = extern struct {
    keys: [1 << bits][2]Key align(64),
    rows: [1 << bits][2]Row,

    const bits = 14;
    pub const most_bytes = row - 1;
    pub const row = 32;

    /// A piece's bytes, zeros behind them, and its length in the last byte.
    const Key = [row]u8;
    /// Tokens, and in the last place their number.
    pub const Row = [row]u16;

    pub const Place = struct {
        key: Key,
        set: usize,

        /// Of a piece of so many of the bytes.
        pub fn of(bytes: *const [row]u8, length: usize) Place {
            var key: Key = bytes.*;
            @memset(key[length..], 0);
            key[row - 1] = @intCast(length);
            var hash: u64 = 0;
            for (@as([row / 8]u64, @bitCast(key))) |word| {
                hash = (hash ^ word) *% first_factor;
                hash ^= hash >> 29;
            }
            return .{ .key = key, .set = hash *% second_factor >> (64 - bits) };
        }
    };

    pub fn find(wide: *const Wide, place: *const Place) ?*const Row {
        for (&wide.keys[place.set], &wide.rows[place.set]) |*key, *tokens| {
            if (std.mem.eql(u8, key, &place.key)) return tokens;
        }
        return null;
    }

    pub fn put(wide: *Wide, place: *const Place, tokens: *const Row) void {
        const keys = &wide.keys[place.set];
        const slot: usize = if (keys[0][row - 1] == 0) 0 else 1;
        keys[slot] = place.key;
        wide.rows[place.set][slot] = tokens.*;
    }
};
