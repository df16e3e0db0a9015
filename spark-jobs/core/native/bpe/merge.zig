//! Merges the bytes of a piece into tokens: always the pair of lowest rank, the leftmost of equals, until no pair has a
//! rank (Sennrich et al. 2016). Ids stand for ranks here: see Model.

const std = @import("std");
const Model = @import("model.zig").Model;
const no_id = @import("model.zig").no_id;
const Row = @import("cache.zig").Wide.Row;
const most = @import("cache.zig").Wide.most_bytes;

/// A symbol stays where its first byte was, and a bit for each place says whether one begins there.
const Begins = u32;
const Place = std.math.Log2Int(Begins);

/// Ids are told apart as signed numbers, of which every processor finds the least of many.
const sign: u16 = 0x8000;
const none = signed(no_id);

/// Writes the tokens of a piece of up to 31 bytes, and in the last place their number, which is returned.
pub fn merge(model: *const Model, piece: []const u8, tokens: *Row) usize {
    const count = if (piece.len <= 16) mergeIn(16, model, piece, tokens) else mergeIn(32, model, piece, tokens);
    tokens[most] = @intCast(count);
    return count;
}

fn mergeIn(comptime places: usize, model: *const Model, piece: []const u8, tokens: *Row) usize {
    var symbols: [places]u16 = undefined;
    for (piece, symbols[0..piece.len]) |byte, *symbol| symbol.* = model.byte_ids[byte];
    // What the pairs become that begin at each place
    var ids = bytePairs(places, model, piece);
    var begins: Begins = ~@as(Begins, 0) >> @intCast(@bitSizeOf(Begins) - piece.len);
    while (true) {
        const least = @reduce(.Min, ids);
        if (least == none) return emit(&symbols, begins, tokens);
        const are_least: @Int(.unsigned, places) = @bitCast(ids == @as(@TypeOf(ids), @splat(least)));
        const place: Place = @intCast(@ctz(are_least));
        const symbol = unsigned(least);
        symbols[place] = symbol;
        const after = begins & (~@as(Begins, 1) << place);
        const gone: Place = @intCast(@ctz(after));
        begins &= ~(@as(Begins, 1) << gone);
        const rest = after & (after - 1);
        const before = begins & ~(~@as(Begins, 0) << place);
        // Any symbols where there are none beside this one: both tables are asked for before either is waited for
        const right = symbols[@ctz(rest) % places];
        const previous: Place = @intCast(@bitSizeOf(Begins) - 1 - @clz(before | 1));
        const left = symbols[previous];
        model.pairs.prefetch(symbol, right);
        model.pairs.prefetch(left, symbol);
        const next = if (rest == 0) none else signed(model.pairs.get(symbol, right));
        ids = with(places, with(places, ids, gone, none), place, next);
        if (before != 0) ids = with(places, ids, previous, signed(model.pairs.get(left, symbol)));
    }
}

fn bytePairs(comptime places: usize, model: *const Model, piece: []const u8) @Vector(places, i16) {
    var ids: [places]i16 = @splat(none);
    for (piece[0 .. piece.len - 1], piece[1..], ids[0 .. piece.len - 1]) |byte, next, *id| {
        id.* = signed(model.byte_pairs[@as(u16, byte) << 8 | next]);
    }
    return ids;
}

fn emit(symbols: []const u16, begins: Begins, tokens: *Row) usize {
    var rest = begins;
    var count: usize = 0;
    while (rest != 0) : (rest &= rest - 1) {
        tokens[count] = symbols[@ctz(rest)];
        count += 1;
    }
    return count;
}

/// `ids` with another one at a place.
inline fn with(comptime places: usize, ids: @Vector(places, i16), place: Place, id: i16) @Vector(places, i16) {
    const Ids = @TypeOf(ids);
    const is_place = std.simd.iota(i16, places) == @as(Ids, @splat(@as(i16, place)));
    return @select(i16, is_place, @as(Ids, @splat(id)), ids);
}

inline fn signed(id: u16) i16 {
    return @bitCast(id ^ sign);
}

inline fn unsigned(id: i16) u16 {
    return @as(u16, @bitCast(id)) ^ sign;
}
