//! A byte-level BPE model whose ids have 16 bits and rise with the ranks of the merges that make them, as in GPT-2: so
//! an id says what is merged first.

const classes = @import("classes.zig");
const merge = @import("merge.zig").merge;
const Row = @import("cache.zig").Wide.Row;

/// The id of no token.
pub const no_id = 0xffff;

pub const Model = extern struct {
    pairs: Pairs,
    /// What all pairs of single bytes become, by (first << 8) | second: the first look-up of every piece.
    byte_pairs: [1 << 16]u16,
    /// Token of each single byte.
    byte_ids: [1 << 8]u16,
    table: classes.Table,
    /// The bytes of tokens that a piece of the same bytes becomes, and their number in the last one.
    spellings: [1 << 16]Spelling,

    pub const Spelling = [most_spelled + 1]u8;
    const most_spelled = 15;

    /// Bytes of a spelling; 0 where a token has none.
    pub inline fn lengthOf(spelling: *const Spelling) usize {
        return spelling[most_spelled];
    }

    /// Takes up to `Pairs.most` merges in the order of their ranks: two tokens and what they become.
    pub fn setMerges(model: *Model, merges: []const [3]u16) void {
        model.pairs.clear();
        for (merges) |each| model.pairs.put(each[0], each[1], each[2]);
        for (&model.byte_pairs, 0..) |*id, pair| {
            const left = model.byte_ids[pair >> 8];
            const right = model.byte_ids[pair & 0xff];
            id.* = if (left == no_id or right == no_id) no_id else model.pairs.get(left, right);
        }
        model.setSpellings(merges);
    }

    /// Tokens are spelled by their merges, which those of their parts come before; others are left without.
    fn setSpellings(model: *Model, merges: []const [3]u16) void {
        model.spellings = @splat(@splat(0));
        for (model.byte_ids, 0..) |id, byte| {
            if (id != no_id) model.spellings[id] = join(&.{@intCast(byte)}, &.{});
        }
        for (merges) |each| {
            const first = spelled(&model.spellings[each[0]]);
            const second = spelled(&model.spellings[each[1]]);
            const length = first.len + second.len;
            if (first.len == 0 or second.len == 0 or length > most_spelled) continue;
            const spelling = join(first, second);
            var tokens: Row = undefined;
            const count = merge(model, spelling[0..length], &tokens);
            if (count == 1 and tokens[0] == each[2]) model.spellings[each[2]] = spelling;
        }
    }

    fn spelled(spelling: *const Spelling) []const u8 {
        return spelling[0..lengthOf(spelling)];
    }

    fn join(left: []const u8, right: []const u8) Spelling {
        var spelling: Spelling = @splat(0);
        @memcpy(spelling[0..left.len], left);
        @memcpy(spelling[left.len..][0..right.len], right);
        spelling[most_spelled] = @intCast(left.len + right.len);
        return spelling;
    }
};

/// What pairs of tokens become. Most pairs that are asked for become nothing, and a bit set by hash says so of most of
/// them; the others are found by open addressing with linear probing.
pub const Pairs = extern struct {
    present: [1 << (present_bits - 6)]u64,
    slots: [1 << slot_bits]u64,

    const present_bits = 19;
    const slot_bits = 16;
    /// As many as leave some slots free.
    pub const most = (1 << slot_bits) / 8 * 7;
    const free: u64 = ~@as(u64, 0);
    /// Fibonacci hashing: the high bits of the product are well mixed.
    const factor = 0x9e3779b97f4a7c15;

    pub inline fn get(pairs: *const Pairs, left: u16, right: u16) u16 {
        const key = keyOf(left, right);
        const bit = bitOf(key);
        if (pairs.present[bit >> 6] >> @truncate(bit) & 1 == 0) return no_id;
        var slot = slotOf(key);
        while (true) : (slot = (slot + 1) % pairs.slots.len) {
            const found = pairs.slots[slot];
            if (found >> 16 == key) return @truncate(found);
            if (found == free) return no_id;
        }
    }

    /// Fetches what `get` is going to read.
    pub inline fn prefetch(pairs: *const Pairs, left: u16, right: u16) void {
        const key = keyOf(left, right);
        @prefetch(&pairs.present[bitOf(key) >> 6], .{});
        @prefetch(&pairs.slots[slotOf(key)], .{});
    }

    fn clear(pairs: *Pairs) void {
        @memset(&pairs.present, 0);
        @memset(&pairs.slots, free);
    }

    fn put(pairs: *Pairs, left: u16, right: u16, id: u16) void {
        const key = keyOf(left, right);
        const bit = bitOf(key);
        pairs.present[bit >> 6] |= @as(u64, 1) << @truncate(bit);
        var slot = slotOf(key);
        while (pairs.slots[slot] != free) slot = (slot + 1) % pairs.slots.len;
        pairs.slots[slot] = key << 16 | id;
    }

    inline fn keyOf(left: u16, right: u16) u64 {
        return @as(u64, left) << 16 | right;
    }

    inline fn bitOf(key: u64) u64 {
        return key *% factor >> (64 - present_bits);
    }

    inline fn slotOf(key: u64) u64 {
        return key *% factor >> (64 - slot_bits);
    }
};
