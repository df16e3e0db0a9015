//! Reads the words of UTF-8 as Scala's WordReader does, with the same hashes in the same order: there are their rules.

const std = @import("std");
const hashes = @import("hashes.zig");
const units = @import("units.zig");

/// Bytes of a line that are decoded at a time: Scala's WordHashes.MAX_DECODED_BYTES.
const max_decoded = 1 << 20;

/// Bytes that are looked at together.
const width = 16;
const Bytes = @Vector(width, u8);
const Mask = @Int(.unsigned, width);

/// Why reading stopped: at the end of the text; because there is no room for more words; before a part that ICU splits.
pub const Status = enum(i32) { done = 0, full = 1, icu = 2 };

const Stop = error{ Full, NeedsIcu };

pub const Reader = struct {
    text: []const u8,
    words: []u64,
    /// Where the words end that were read, or will be.
    position: usize,
    /// The ends of the line and of the chunk of it that `position` is in, where they are greater.
    line_end: usize,
    chunk_end: usize,
    size: usize = 0,
    /// The end of the part at `position` that ICU is needed for.
    split_end: usize = 0,

    /// Reads on from `position`.
    pub fn read(reader: *Reader) Status {
        while (reader.position < reader.text.len) {
            if (reader.chunk_end <= reader.position) reader.begin();
            const status = reader.readSpaced(reader.chunk_end);
            if (status != .done) return status;
            if (reader.position == reader.line_end) reader.position += 1;
        }
        return .done;
    }

    /// Begins a line, or another chunk of a line that is longer than what is decoded at a time.
    fn begin(reader: *Reader) void {
        if (reader.line_end > reader.position) {
            reader.chunk_end = reader.chunkFrom(reader.position);
        } else {
            const line = lineAt(reader.text, reader.position);
            reader.line_end = line.end;
            reader.chunk_end = if (line.is_ascii) line.end else reader.chunkFrom(reader.position);
        }
    }

    fn chunkFrom(reader: *const Reader, start: usize) usize {
        if (reader.line_end - start <= max_decoded) return reader.line_end;
        return reader.cut(start + max_decoded);
    }

    /// The last space in (position, limit], or the last beginning of a character there.
    fn cut(reader: *const Reader, limit: usize) usize {
        var end = limit;
        while (end > reader.position and reader.text[end] != ' ') end -= 1;
        if (end > reader.position) return end;
        end = limit;
        while (units.isContinuation(reader.text[end])) end -= 1;
        return end;
    }

    /// Reads up to `to`. Words of a part between spaces are settled when it has ended: only then it is known that ICU is
    /// not needed for it.
    fn readSpaced(reader: *Reader, to: usize) Status {
        var settled = reader.size;
        var index = reader.position;
        while (index < to) {
            if (reader.text[index] == ' ') {
                settled = reader.size;
                reader.position = index;
                index += 1;
            } else if (reader.shortWord(index, to)) |end| {
                index = end;
            } else {
                index = reader.next(index, to) catch |stop| {
                    reader.size = settled;
                    if (stop == error.Full) return .full;
                    reader.split_end = reader.splitEnd(to);
                    return .icu;
                };
            }
        }
        reader.position = to;
        return .done;
    }

    /// Reads a word of at most 15 letters and digits of ASCII, as most are; where it ends, or null of any other, or
    /// where there is no room.
    inline fn shortWord(reader: *Reader, index: usize, to: usize) ?usize {
        if (index + width > reader.text.len or reader.size == reader.words.len) return null;
        const bytes = reader.text[index..][0..width];
        const run = alphanumerics(bytes.*);
        const end = index + run;
        if (run == 0 or run == width or end > to or !reader.endsAt(end, to)) return null;
        var hash = hashes.step(hashes.seed, lower(bytes[0..8]) & firstBytes(@min(run, 8)));
        if (run > 8) hash = hashes.step(hash, lower(bytes[8..width]) & firstBytes(run - 8));
        reader.words[reader.size] = hash;
        reader.size += 1;
        return end;
    }

    /// Reads the word or the unit at `index`; where it ends.
    fn next(reader: *Reader, index: usize, to: usize) Stop!usize {
        const unit = units.first(reader.text[index..to]) orelse return error.NeedsIcu;
        const kind = unit.kind();
        if (units.isWordPart(units.classOf(kind))) return reader.word(index, to);
        if (units.isUnsupported(kind)) return error.NeedsIcu;
        if (kind & units.counted != 0) {
            var hasher = hashes.Hasher{};
            hasher.add(unit.lower());
            try reader.push(hasher.end());
        }
        return index + unit.size;
    }

    /// Reads the word at `start`, sixteen letters and digits of ASCII together as long as there are so many.
    fn word(reader: *Reader, start: usize, to: usize) Stop!usize {
        var hasher = hashes.Hasher{};
        var index = start;
        while (index + width <= to) : (index += width) {
            const bytes = reader.text[index..][0..width];
            if (alphanumerics(bytes.*) < width) break;
            hasher.hash = hashes.step(hashes.step(hasher.hash, lower(bytes[0..8])), lower(bytes[8..width]));
        }
        return reader.rest(hasher, index, to, index > start);
    }

    /// Whether a word that was read up to `index` surely ends there.
    inline fn endsAt(reader: *const Reader, index: usize, to: usize) bool {
        if (index == to) return true;
        const byte = reader.text[index];
        if (byte == ' ') return true;
        if (byte >= 0x80) return false;
        const class = units.classOf(units.kinds[byte]);
        if (units.isWordPart(class)) return false;
        if (!units.isMark(class) or index + 1 == to) return true;
        const after = reader.text[index + 1];
        return after < 0x80 and !units.isWordPart(units.classOf(units.kinds[after]));
    }

    /// Goes on with a word from `from` unit by unit.
    fn rest(reader: *Reader, begun: hashes.Hasher, from: usize, to: usize, is_counted: bool) Stop!usize {
        var hasher = begun;
        var signs: u8 = if (is_counted) units.counted else 0;
        var index = from;
        while (index < to) {
            const letters = units.pairs(reader.text[index..to], &hasher);
            signs |= letters.signs;
            index += letters.size;
            if (index == to) break;
            const unit = units.first(reader.text[index..to]) orelse return error.NeedsIcu;
            const kind = unit.kind();
            if (units.isUnsupported(kind)) return error.NeedsIcu;
            if (!units.isWordPart(units.classOf(kind)) and !reader.goesOn(index, to, unit)) break;
            signs |= kind & units.counted;
            hasher.add(unit.lower());
            index += unit.size;
        }
        if (signs != 0) try reader.push(hasher.end());
        return index;
    }

    /// Whether the unit at `index`, no part of words by itself, is of the word that was read up to it.
    fn goesOn(reader: *const Reader, index: usize, to: usize, unit: units.Unit) bool {
        const class = units.classOf(unit.kind());
        if (!units.isMark(class)) return false;
        const after = index + unit.size;
        const class_after = if (after < to) classOf(reader.text[after..to]) else 0;
        return units.joins(reader.classBefore(index), class, class_after);
    }

    fn classBefore(reader: *const Reader, index: usize) u8 {
        var start = index - 1;
        while (units.isContinuation(reader.text[start])) start -= 1;
        return classOf(reader.text[start..index]);
    }

    /// The end of the parts from `position` on that ICU is needed for; it is for the first.
    fn splitEnd(reader: *const Reader, to: usize) usize {
        var end = reader.partEnd(reader.position, to);
        while (end < to) {
            const part_end = reader.partEnd(end, to);
            if (!needsIcu(reader.text[end..part_end])) break;
            end = part_end;
        }
        return end;
    }

    /// The next space after `start`, or the end.
    fn partEnd(reader: *const Reader, start: usize, to: usize) usize {
        return std.mem.findScalarPos(u8, reader.text[0..to], start + 1, ' ') orelse to;
    }

    fn push(reader: *Reader, hash: u64) Stop!void {
        if (reader.size == reader.words.len) return error.Full;
        reader.words[reader.size] = hash;
        reader.size += 1;
    }
};

const Line = struct { end: usize, is_ascii: bool };

/// The line that begins at `start`.
fn lineAt(text: []const u8, start: usize) Line {
    const end = std.mem.findScalarPos(u8, text, start, '\n') orelse text.len;
    var signs: u8 = 0;
    for (text[start..end]) |byte| signs |= byte;
    return .{ .end = end, .is_ascii = signs < 0x80 };
}

fn classOf(text: []const u8) u8 {
    const unit = units.first(text) orelse return units.unsupported;
    return units.classOf(unit.kind());
}

fn needsIcu(text: []const u8) bool {
    var index: usize = 0;
    while (index < text.len) {
        const unit = units.first(text[index..]) orelse return true;
        if (units.isUnsupported(unit.kind())) return true;
        index += unit.size;
    }
    return false;
}

/// How many of the first bytes are letters or digits of ASCII.
inline fn alphanumerics(bytes: [width]u8) usize {
    const all: Bytes = bytes;
    const letters = (all | @as(Bytes, @splat(0x20))) -% @as(Bytes, @splat('a'));
    const digits = all -% @as(Bytes, @splat('0'));
    const are_letters: Mask = @bitCast(letters < @as(Bytes, @splat(26)));
    const are_digits: Mask = @bitCast(digits < @as(Bytes, @splat(10)));
    return @ctz(~(are_letters | are_digits));
}

/// Ones for the first bytes, 1 to 8 of them.
inline fn firstBytes(count: usize) u64 {
    return ~@as(u64, 0) >> @intCast(64 - 8 * count);
}

/// Letters and digits of ASCII as small ones, the first one lowest.
inline fn lower(bytes: *const [8]u8) u64 {
    return std.mem.readInt(u64, bytes, .little) | 0x2020202020202020;
}
