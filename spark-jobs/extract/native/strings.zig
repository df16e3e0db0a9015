//! Strings of a page by number: equal ones, as they are written or but for the case of their letters, have one.

const std = @import("std");

pub const Span = extern struct { from: u32, to: u32 };

pub const Strings = struct {
    html: []const u8,
    /// A power of two, all zero at first; more than there are strings.
    slots: []u32,
    spans: []Span,
    /// What is told apart beside the string itself.
    kinds: []u32,
    count: u32 = 0,
    fold_case: bool,

    pub const Found = struct { number: u32, is_new: bool };

    /// The number of a string of this kind, from 0 in the order in which they were first met.
    pub fn number(self: *Strings, kind: u32, span: Span) Found {
        const slot = self.seek(kind, self.html[span.from..span.to]);
        if (self.slots[slot] != 0) return .{ .number = self.slots[slot] - 1, .is_new = false };
        self.spans[self.count] = span;
        self.kinds[self.count] = kind;
        self.count += 1;
        self.slots[slot] = self.count;
        return .{ .number = self.count - 1, .is_new = true };
    }

    /// The number of a string that was met before, else null.
    pub fn find(self: *const Strings, kind: u32, span: Span) ?u32 {
        const found = self.slots[self.seek(kind, self.html[span.from..span.to])];
        return if (found == 0) null else found - 1;
    }

    /// The slot where a string stands or may stand.
    fn seek(self: *const Strings, kind: u32, string: []const u8) usize {
        const mask = self.slots.len - 1;
        var slot = self.hash(kind, string) & mask;
        while (self.slots[slot] != 0) : (slot = (slot + 1) & mask) {
            const candidate = self.slots[slot] - 1;
            if (self.kinds[candidate] == kind and self.equals(self.spans[candidate], string)) break;
        }
        return slot;
    }

    fn equals(self: *const Strings, span: Span, string: []const u8) bool {
        const other = self.html[span.from..span.to];
        return if (self.fold_case) std.ascii.eqlIgnoreCase(other, string) else std.mem.eql(u8, other, string);
    }

    fn hash(self: *const Strings, kind: u32, string: []const u8) usize {
        var state = fnv_basis ^ kind;
        for (string) |byte| state = (state ^ (if (self.fold_case) std.ascii.toLower(byte) else byte)) *% fnv_prime;
        return @intCast(state ^ state >> 29);
    }
};

/// FNV-1a of 64 bits (Fowler, Noll and Vo).
pub const fnv_basis: u64 = 0xcbf29ce484222325;
pub const fnv_prime: u64 = 0x100000001b3;

/// Numbers by the hash of a word: open addressing, an even number of entries of a key, 0 where there is none, and a value.
pub const Table = struct {
    entries: []const [2]u64,

    pub fn get(self: Table, key: u64) ?u64 {
        const mask = self.entries.len - 1;
        var slot: usize = @intCast(key & mask);
        while (self.entries[slot][0] != 0) : (slot = (slot + 1) & mask) {
            if (self.entries[slot][0] == key) return self.entries[slot][1];
        }
        return null;
    }
};

/// How many words with spaces between them a list holds that is known when this is compiled.
pub fn countWords(comptime list: []const u8) usize {
    return comptime counting: {
        @setEvalBranchQuota(100_000);
        var words: usize = 1;
        for (list) |byte| words += @intFromBool(byte == ' ');
        break :counting words;
    };
}
