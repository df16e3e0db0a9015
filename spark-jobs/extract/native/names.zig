//! The bits of the words that an element's names are made of, as html/names.py says.

const std = @import("std");
const strings = @import("strings.zig");

/// More of an attribute than this, in characters, is read by nobody who wrote it by hand.
const max_hint_chars = 256;
const max_word_chars = 200;

pub const Names = struct {
    /// Bits by the FNV-1a hash of a word in small letters.
    words: strings.Table,
    hints: u64,
    /// The bit of words that say that no author or date is held, and that of words with `comment` in them.
    other: u64,
    comment: u64,

    /// What `name_bits` of html/names.py returns.
    pub fn bits(self: *const Names, value: []const u8) u64 {
        const short = firstChars(value, max_word_chars);
        const found = self.bitsOf(short);
        const told = if (found & self.other != 0) found & self.hints else found;
        if (short.len == value.len) return told;
        return (told & ~self.hints) | (self.bitsOf(firstChars(value, max_hint_chars)) & self.hints);
    }

    fn bitsOf(self: *const Names, value: []const u8) u64 {
        var found: u64 = 0;
        var at: usize = 0;
        while (at < value.len) {
            const end = wordEnd(value, at);
            if (end > at) found |= self.ofWord(value[at..end]);
            at = @max(end, at + 1);
        }
        return found;
    }

    fn ofWord(self: *const Names, word: []const u8) u64 {
        var hash = strings.fnv_basis;
        var before = hash;
        for (word) |letter| {
            before = hash;
            hash = (hash ^ std.ascii.toLower(letter)) *% strings.fnv_prime;
        }
        var found = self.words.get(hash) orelse 0;
        if (found & self.hints == 0 and std.ascii.toLower(word[word.len - 1]) == 's') {
            found |= (self.words.get(before) orelse 0) & self.hints;
        }
        return if (std.ascii.findIgnoreCase(word, "comment") != null) found | self.comment else found;
    }
};

/// Where a word that begins at `at` ends, or `at` itself: a letter and small ones after it, or capitals that no small
/// letter follows.
fn wordEnd(value: []const u8, at: usize) usize {
    if (!std.ascii.isAlphabetic(value[at])) return at;
    var end = at + 1;
    while (end < value.len and std.ascii.isLower(value[end])) end += 1;
    if (end > at + 1 or !std.ascii.isUpper(value[at])) return if (end > at + 1) end else at;
    while (end < value.len and std.ascii.isUpper(value[end])) end += 1;
    return if (end < value.len and std.ascii.isLower(value[end])) end - 1 else end;
}

pub fn firstChars(value: []const u8, count: usize) []const u8 {
    if (value.len <= count) return value;
    var left = count;
    for (value, 0..) |byte, at| {
        if (byte & 0xC0 == 0x80) continue;
        if (left == 0) return value[0..at];
        left -= 1;
    }
    return value;
}
