//! Turns texts into tokens with one model, and remembers pieces.

const cache = @import("cache.zig");
const merge = @import("merge.zig");
const pieces = @import("pieces.zig");
const Model = @import("model.zig").Model;
const Narrow = cache.Narrow;
const Wide = cache.Wide;

/// Why encoding stopped.
pub const Status = enum(i32) {
    /// At the end.
    done,
    /// For want of room for tokens.
    full,
    /// At a piece that is too long to be merged here: what follows is encoded after that.
    long,
};

pub const Encoder = extern struct {
    header: Header,
    /// The next of the located pieces, and how many there are.
    index: u64,
    count: u64,
    /// Where located pieces begin, each where the one before it ends.
    bounds: [1 + pieces.places]u32,
    keys: [pieces.most]Narrow.Key,
    sets: [pieces.most]u32,
    narrow: Narrow,
    wide: Wide,

    /// What the caller reads and writes.
    pub const Header = extern struct {
        /// Where pieces begin that are not located.
        position: u64,
        to: u64,
        /// How many tokens there are.
        size: u64,
        /// Where the long piece begins and ends.
        long_start: u64,
        long_end: u64,
    };

    /// Bytes that are read behind a text's end.
    pub const padding = pieces.Scanner.padding;

    /// Tokens that the pieces of a scan have at most.
    const room = pieces.most * Wide.most_bytes + Wide.row;

    /// Remembers the tokens that whole pieces become. The encoder is all zeros.
    pub fn start(encoder: *Encoder, model: *const Model) void {
        for (&model.spellings, 0..) |*spelling, token| {
            const length = Model.lengthOf(spelling);
            if (length == 0) continue;
            const key = Narrow.keyOf(spelling, length);
            const set = Narrow.setOf(key);
            if (!encoder.narrow.isFull(set)) encoder.narrow.put(set, key, &.{@intCast(token)});
        }
    }

    /// Begins a text, from the header's position on.
    pub fn begin(encoder: *Encoder) void {
        encoder.index = 0;
        encoder.count = 0;
    }

    /// Goes on with the text, of which the header says where it ends; it has `padding` bytes behind that.
    pub fn encode(encoder: *Encoder, model: *const Model, text: []const u8, ids: []u32) Status {
        while (true) {
            if (encoder.index == encoder.count) {
                if (encoder.header.position == encoder.header.to) return .done;
                encoder.locate(model, text);
            }
            if (ids.len - encoder.header.size < room) return .full;
            if (!encoder.emit(model, text, ids)) return .long;
        }
    }

    /// Finds the next pieces, and where each is if it is known: all are fetched before the first is read, so that the
    /// processor waits for memory once and not for each.
    fn locate(encoder: *Encoder, model: *const Model, text: []const u8) void {
        var scanner = pieces.Scanner{
            .text = text,
            .to = encoder.header.to,
            .table = &model.table,
            .ends = encoder.bounds[1..],
        };
        var from = encoder.header.position;
        const count = scanner.scan(from);
        encoder.bounds[0] = @intCast(from);
        for (encoder.bounds[1..][0..count], encoder.keys[0..count], encoder.sets[0..count]) |end, *key, *set| {
            key.* = Narrow.keyOf(text[from..][0..16], end - from);
            set.* = Narrow.setOf(key.*);
            encoder.narrow.prefetch(set.*);
            from = end;
        }
        encoder.index = 0;
        encoder.count = count;
        encoder.header.position = from;
    }

    /// Adds the tokens of located pieces; returns whether that was all of them.
    fn emit(encoder: *Encoder, model: *const Model, text: []const u8, ids: []u32) bool {
        const count = encoder.count;
        var index = encoder.index;
        var size = encoder.header.size;
        defer encoder.header.size = size;
        while (index < count) : (index += 1) {
            if (encoder.narrow.find(encoder.sets[index], encoder.keys[index])) |tokens| {
                const known = tokens[cache.step - 1];
                write(tokens, ids[size..][0..cache.step]);
                size += known;
                if (known > 0) continue;
            }
            var merged: Wide.Row = undefined;
            const tokens = encoder.tokensOf(index, model, text, &merged) orelse {
                encoder.setLong(index);
                return false;
            };
            inline for (0..Wide.row / cache.step) |part| {
                write(tokens[cache.step * part ..][0..cache.step], ids[size + cache.step * part ..][0..cache.step]);
            }
            size += tokens[Wide.row - 1];
        }
        encoder.index = count;
        return true;
    }

    inline fn write(tokens: *const [cache.step]u16, ids: *[cache.step]u32) void {
        const all: @Vector(cache.step, u16) = tokens.*;
        ids.* = @as(@Vector(cache.step, u32), all);
    }

    /// The tokens of a located piece without any among the narrow ones; null where it is too long. May write to `merged`.
    noinline fn tokensOf(
        encoder: *Encoder,
        index: usize,
        model: *const Model,
        text: []const u8,
        merged: *Wide.Row,
    ) ?*const Wide.Row {
        const piece = text[encoder.bounds[index]..encoder.bounds[index + 1]];
        if (piece.len > Wide.most_bytes) return null;
        const key = encoder.keys[index];
        const set = encoder.sets[index];
        if (piece.len <= Narrow.most_bytes and encoder.narrow.find(set, key) == null) {
            const count = merge.merge(model, piece, merged);
            encoder.narrow.put(set, key, if (count > Narrow.most_tokens) &.{} else merged[0..count]);
            return merged;
        }
        const place = Wide.Place.of(text[encoder.bounds[index]..][0..Wide.row], piece.len);
        return encoder.wide.find(&place) orelse {
            _ = merge.merge(model, piece, merged);
            encoder.wide.put(&place, merged);
            return merged;
        };
    }

    fn setLong(encoder: *Encoder, index: usize) void {
        encoder.header.long_start = encoder.bounds[index];
        encoder.header.long_end = encoder.bounds[index + 1];
        encoder.index = index + 1;
    }
};
