//! Reads the words of UTF-8 as Scala's WordReader does, with the same hashes in the same order: there are their rules.

const std = @import("std");
const hashes = @import("hashes.zig");
const units = @import("units.zig");
const Block = @import("block.zig").Block;

/// Bytes of a line that are decoded at a time: Scala's WordHashes.MAX_DECODED_BYTES.
const max_decoded = 1 << 20;

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
            reader.chunk_end = reader.chunkEnd();
        } else {
            reader.line_end = std.mem.findScalarPos(u8, reader.text, reader.position, '\n') orelse reader.text.len;
            reader.chunk_end = if (reader.isLong() and !reader.isAscii()) reader.chunkEnd() else reader.line_end;
        }
    }

    /// Whether the rest of the line is more than what is decoded at a time.
    fn isLong(reader: *const Reader) bool {
        return reader.line_end - reader.position > max_decoded;
    }

    fn isAscii(reader: *const Reader) bool {
        var signs: u8 = 0;
        for (reader.text[reader.position..reader.line_end]) |byte| signs |= byte;
        return signs < 0x80;
    }

    fn chunkEnd(reader: *const Reader) usize {
        return if (reader.isLong()) reader.cut(reader.position + max_decoded) else reader.line_end;
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

    /// Reads up to `to`: parts between spaces that are plain many together, any other by itself.
    fn readSpaced(reader: *Reader, to: usize) Status {
        while (reader.position < to) {
            const base = reader.position;
            const block = Block.at(reader.text, base, to);
            while (reader.position < @min(base + Block.size, to)) {
                const from: Block.Place = @intCast(reader.position - base);
                const end = block.plainEnd(from);
                if (end > from) {
                    if (reader.words.len - reader.size < Block.max_words) return .full;
                    reader.plainWords(&block, from, end);
                    reader.position = base + end;
                } else {
                    if (from > 0 and block.isPlainFrom(from)) break;
                    const status = reader.part(to);
                    if (status != .done) return status;
                }
            }
        }
        return .done;
    }

    /// Reads the words of plain parts, those between two places of a block.
    fn plainWords(reader: *Reader, block: *const Block, from: Block.Place, end: usize) void {
        const words = reader.words[reader.size..][0..Block.max_words];
        const parts = block.letters & Block.between(from, end);
        var starts = parts & ~(parts << 1);
        var ends = ~parts & (parts << 1);
        var count: usize = 0;
        while (starts != 0) {
            words[count] = block.hashOf(@ctz(starts), @ctz(ends));
            count += 1;
            starts &= starts - 1;
            ends &= ends - 1;
        }
        reader.size += count;
    }

    /// Reads the part at `position`, which is at the space before it or where it begins, to the next space. Its words
    /// count when it has ended: only then it is known that ICU is not needed for it.
    fn part(reader: *Reader, to: usize) Status {
        const settled = reader.size;
        var index = reader.position;
        if (reader.text[index] == ' ') index += 1;
        while (index < to and reader.text[index] != ' ') {
            index = reader.next(index, to) catch |stop| {
                reader.size = settled;
                if (stop == error.Full) return .full;
                reader.split_end = reader.splitEnd(to);
                return .icu;
            };
        }
        reader.position = index;
        return .done;
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

    /// Reads the word at `start`.
    fn word(reader: *Reader, start: usize, to: usize) Stop!usize {
        var hasher = hashes.Hasher{};
        var signs: u8 = 0;
        var index = start;
        while (index < to) {
            const run = units.run(reader.text[index..to], &hasher);
            signs |= run.signs;
            index += run.size;
            if (run.size > 0) continue;
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
