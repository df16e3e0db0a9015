//! Bytes of a text that are looked at together, to tell the plain ones: those whose words are runs of letters and digits
//! of ASCII, whatever comes before and after.

const std = @import("std");
const ascii = @import("ascii.zig");
const hashes = @import("hashes.zig");

pub const Block = struct {
    pub const size = 64;
    pub const Place = std.math.Log2Int(u64);
    /// As many words as a block can have.
    pub const max_words = size / 2;
    /// Bytes that a short word has at most.
    pub const short_word = 2 * ascii.step;

    const Bytes = @Vector(size, u8);

    bytes: [size + short_word]u8,
    letters: u64,
    /// Spaces, and where the text to be read ends.
    spaces: u64,
    /// What a word cannot be told from by itself: bytes beyond ASCII, underscores, marks that may join words.
    hard: u64,

    /// The block at `base`, of a text that is read up to `to` only.
    pub fn at(text: []const u8, base: usize, to: usize) Block {
        var block: Block = undefined;
        const rest = text[base..];
        if (rest.len >= block.bytes.len) {
            block.bytes = rest[0..block.bytes.len].*;
        } else {
            @memcpy(block.bytes[0..rest.len], rest);
            @memset(block.bytes[rest.len..], ' ');
        }
        const all: Bytes = block.bytes[0..size].*;
        block.letters = ascii.alphanumerics(size, all);
        block.spaces = bits(all == splat(' '));
        const open = block.letters | bits(all >= splat(0x80)) | bits(all == splat('_'));
        // The classes MidLetter, MidNum and MidNumLet of UAX #29.
        const marks = bits(all == splat('.')) | bits(all == splat(',')) | bits(all == splat('\'')) |
            bits(all == splat(':')) | bits(all == splat(';'));
        block.hard = (open & ~block.letters) | (marks & (open << 1) & (open >> 1));
        if (to - base < size) block.endAt(@intCast(to - base));
        return block;
    }

    fn endAt(block: *Block, end: Place) void {
        const before = (@as(u64, 1) << end) - 1;
        block.letters &= before;
        block.hard &= before;
        block.spaces = (block.spaces & before) | (@as(u64, 1) << end);
    }

    /// The last space up to which all parts from `from` on are plain; `from` where the first one is not.
    pub fn plainEnd(block: *const Block, from: Place) usize {
        const hard = block.hard >> from << from;
        const limit = if (hard == 0) size else @ctz(hard);
        const ends = block.spaces & between(from, limit) & ~(@as(u64, 1) << from);
        return if (ends == 0) from else size - 1 - @as(usize, @clz(ends));
    }

    /// Whether all is plain from `from` on, as far as the block goes.
    pub fn isPlainFrom(block: *const Block, from: Place) bool {
        return block.hard >> from == 0;
    }

    /// Ones from a place up to another one, which is at most `size`.
    pub fn between(from: Place, end: usize) u64 {
        const before = if (end == size) ~@as(u64, 0) else (@as(u64, 1) << @intCast(end)) - 1;
        return before >> from << from;
    }

    /// The hash of the word between two places.
    pub inline fn hashOf(block: *const Block, start: usize, end: usize) u64 {
        const length = end - start;
        if (length > short_word) return longHash(block.bytes[start..end]);
        const bytes = block.bytes[start..][0..short_word];
        const first = hashes.step(hashes.seed, ascii.lower(bytes[0..ascii.step], @min(length, ascii.step)));
        if (length <= ascii.step) return first;
        return hashes.step(first, ascii.lower(bytes[ascii.step..short_word], length - ascii.step));
    }

    fn longHash(word: []const u8) u64 {
        var hasher = hashes.Hasher{};
        for (word) |byte| hasher.addBytes(byte | 0x20, 1);
        return hasher.end();
    }

    inline fn splat(byte: u8) Bytes {
        return @splat(byte);
    }

    inline fn bits(are: @Vector(size, bool)) u64 {
        return @bitCast(are);
    }
};
