//! Gathers blocks and containers while elements open and close.

const std = @import("std");
const markup = @import("markup.zig");
const page = @import("page.zig");
const tags = @import("tags.zig");
const text = @import("text.zig");
const Mentions = @import("mentions.zig").Mentions;
const Names = @import("names.zig").Names;
const Strings = @import("strings.zig").Strings;
const Span = @import("strings.zig").Span;

const id = tags.id;
/// Values of `itemprop` and `property` that html/mentions.py knows.
const stated = [_][]const u8{ "author", "creator", "datePublished", "dateCreated" };
/// Attributes that say where cells and items of lists stand.
const placing = [_][]const u8{ "colspan", "rowspan", "start" };
const cc_licence = "creativecommons.org/licenses/";

pub const Collector = struct {
    html: []const u8,
    open: []page.Open,
    depth: usize = 0,
    names: Names,
    kinds: Strings,
    kind_bits: []u64,
    tag_bits: []const i64,
    unseen: u64,
    /// Rows of `room` numbers each.
    containers: []i64,
    blocks: []i64,
    room: usize,
    container_count: usize = 1,
    block_count: usize = 0,
    notes: []page.Note,
    note_count: usize = 0,
    attribute_count: usize = 0,
    /// Attributes of the start tag under way stand after these; they stay where somebody notes them.
    noted_attributes: usize = 0,
    mentions: Mentions,
    references: text.References,
    scratch: []u8,
    text: text.Writer,
    /// The container that text stands in.
    container: u32 = 0,
    /// The depth at which an element began of which no text counts; 0 where there is none.
    skipped_from: usize = 0,
    has_title: bool = false,
    pre_depth: usize = 0,
    link_depth: usize = 0,
    /// Of the block under way: whether it has text, where that begins, its characters, whether white space waits.
    has_text: bool = false,
    block_from: usize = 0,
    chars: i64 = 0,
    chars_before: i64 = 0,
    has_gap: bool = false,
    breaks: usize = 0,
    links: i64 = 0,
    link_chars: i64 = 0,

    pub fn top(self: *const Collector) page.Open {
        return self.open[self.depth - 1];
    }

    pub fn open_element(self: *Collector, tag: tags.Tag, start: ?*const markup.StartTag) void {
        self.open[self.depth] = .{ .tag = tag, .container = page.none, .candidate = page.none };
        self.depth += 1;
        if (self.skipped_from != 0) return;
        defer self.attribute_count += self.noted_attributes;
        self.noted_attributes = 0;
        const role = tags.roleOf(tag);
        switch (role) {
            .block => self.openBlock(tag, start),
            .line_break => self.breakLine(),
            .skipped => self.skipped_from = self.depth,
            .head => if (start) |found| self.noteHead(tag, found),
            .link, .time, .inlined => {},
        }
        if (role == .link) self.openLink(start);
        const is_content = role == .block or role == .link or role == .time or role == .inlined;
        if (start) |found| if (is_content and found.attributes.len > 0) {
            if (role == .time or self.mayMention(found.told)) self.openCandidate(found, role == .time);
        };
        if (tag == id("html")) if (start) |found| self.note(.html, found);
    }

    pub fn close_element(self: *Collector) void {
        const closed = self.top();
        if (self.skipped_from == self.depth) self.skipped_from = 0;
        const is_skipped = self.skipped_from != 0;
        self.depth -= 1;
        if (is_skipped) return;
        if (closed.candidate != page.none) self.mentions.close(closed.candidate);
        if (closed.container != page.none) {
            if (self.has_text) self.flush();
            self.set(.end, closed.container, @intCast(self.block_count));
            self.container = @intCast(self.get(.parent, closed.container));
            if (closed.tag == id("pre")) self.pre_depth -= 1;
        } else if (tags.roleOf(closed.tag) == .link and self.link_depth > 0) self.link_depth -= 1;
    }

    pub fn finish(self: *Collector) void {
        if (self.has_text) self.flush();
        self.set(.end, 0, @intCast(self.block_count));
    }

    /// Takes text as it is written, with references to characters where `has_references`.
    pub fn hear(self: *Collector, raw: []const u8, has_references: bool) void {
        if (self.skipped_from != 0) return self.capture(raw);
        const heard = if (has_references) self.decode(raw) else raw;
        const found = if (self.pre_depth > 0) self.keepText(heard) else self.foldText(heard);
        if (found.words_to == 0) return;
        self.breaks = 0;
        if (self.mentions.isOpen()) self.mentions.hear(heard, found.chars);
        if (self.link_depth > 0) self.link_chars += @intCast(found.words_to - found.words_from);
    }

    /// The title or JSON-LD, where it is what is being skipped; other skipped text is of no use.
    fn capture(self: *Collector, raw: []const u8) void {
        if (self.skipped_from != self.depth) return;
        const tag = self.top().tag;
        if (tag == id("title") and !self.has_title) {
            const from = self.mentions.heard.len;
            self.mentions.heard.bytes(self.decode(raw));
            self.has_title = self.mentions.heard.len > from;
            _ = self.noteRange(.title, from, self.mentions.heard.len);
        } else if (tag == id("script")) {
            const from = @intFromPtr(raw.ptr) - @intFromPtr(self.html.ptr);
            _ = self.noteRange(.json_ld, from, from + raw.len);
        }
    }

    fn decode(self: *Collector, raw: []const u8) []const u8 {
        var next = std.mem.indexOfScalar(u8, raw, '&') orelse return raw;
        var out = text.Writer{ .buffer = self.scratch };
        var at: usize = 0;
        while (true) {
            out.bytes(raw[at..next]);
            at = self.references.decode(raw, next, &out);
            next = std.mem.indexOfScalarPos(u8, raw, at, '&') orelse break;
        }
        out.bytes(raw[at..]);
        return out.buffer[0..out.len];
    }

    /// What was found in a piece of text: its characters, and from which to which of them it has words.
    const Piece = struct { chars: usize = 0, words_from: usize = 0, words_to: usize = 0 };

    /// Appends text with one space for each run of white space.
    fn foldText(self: *Collector, heard: []const u8) Piece {
        var found = Piece{};
        var at: usize = 0;
        while (at < heard.len) {
            const space = text.spaceSize(heard, at);
            if (space > 0) {
                self.has_gap = self.has_text;
                at += space;
                found.chars += 1;
                continue;
            }
            if (found.words_to == 0) found.words_from = found.chars;
            if (!self.has_text) self.begin();
            if (self.has_gap) self.append(" ", 1);
            self.has_gap = false;
            const from = at;
            const chars = wordEnd(heard, &at);
            self.append(heard[from..at], chars);
            found.chars += chars;
            found.words_to = found.chars;
        }
        return found;
    }

    /// Appends text as it is; white space alone begins no block.
    fn keepText(self: *Collector, heard: []const u8) Piece {
        var found = Piece{};
        var at: usize = 0;
        while (at < heard.len) {
            const space = text.spaceSize(heard, at);
            if (space > 0) {
                at += space;
                found.chars += 1;
                continue;
            }
            if (found.words_to == 0) found.words_from = found.chars;
            found.chars += wordEnd(heard, &at);
            found.words_to = found.chars;
        }
        if (found.words_to == 0 and !self.has_text) return found;
        if (!self.has_text) self.begin();
        self.append(heard, found.chars);
        return found;
    }

    fn begin(self: *Collector) void {
        self.has_text = true;
        self.block_from = self.text.len;
        self.chars = 0;
    }

    fn append(self: *Collector, bytes: []const u8, chars: usize) void {
        self.text.bytes(bytes);
        self.chars += @intCast(chars);
    }

    /// One break is white space, two in a row end a block.
    fn breakLine(self: *Collector) void {
        self.breaks += 1;
        if (self.breaks > 1) return self.flush();
        if (!self.has_text) return;
        if (self.pre_depth > 0) self.append("\n", 1) else self.has_gap = true;
    }

    fn flush(self: *Collector) void {
        self.breaks = 0;
        if (self.has_text) {
            const before: i64 = if (self.pre_depth > 0) self.trimKept() else 0;
            const from = self.chars_before + before;
            const to = self.chars_before + self.chars;
            self.setBlock(.owner, self.container);
            self.setBlock(.link_chars, @min(self.link_chars, to - from));
            self.setBlock(.links, self.links);
            self.setBlock(.from_char, from);
            self.setBlock(.to_char, to);
            self.block_count += 1;
            self.chars_before = to;
        }
        self.has_text = false;
        self.has_gap = false;
        self.links = 0;
        self.link_chars = 0;
    }

    /// Takes white space from the end of text that was kept as it is, and returns how many line ends it begins with.
    fn trimKept(self: *Collector) i64 {
        var before: i64 = 0;
        while (self.text.buffer[self.block_from + @as(usize, @intCast(before))] == '\n') before += 1;
        while (true) {
            var last = self.text.len - 1;
            while (self.text.buffer[last] & 0xC0 == 0x80) last -= 1;
            if (text.spaceSize(self.text.buffer[0..self.text.len], last) == 0) return before;
            self.text.len = last;
            self.chars -= 1;
        }
    }

    fn openBlock(self: *Collector, tag: tags.Tag, start: ?*const markup.StartTag) void {
        if (self.has_text) self.flush();
        const told: markup.Told = if (start) |found| found.told else .{};
        const class = told.class orelse Span{ .from = 0, .to = 0 };
        const kind = self.kinds.number(tag, class);
        if (kind.is_new) self.kind_bits[kind.number] = self.names.bits(markup.slice(self.html, class));
        const own = (self.kind_bits[kind.number] & self.names.hints) | self.otherHints(told);
        const parent = self.container;
        const tag_bits = if (tag < self.tag_bits.len) self.tag_bits[tag] else 0;
        const number: u32 = @intCast(self.container_count);
        self.container_count += 1;
        self.set(.parent, number, parent);
        self.set(.first, number, @intCast(self.block_count));
        self.set(.depth, number, self.get(.depth, parent) + 1);
        self.set(.tags, number, tag_bits);
        self.set(.names, number, @intCast(own));
        self.set(.tags_around, number, self.get(.tags_around, parent) | tag_bits);
        const around = self.get(.names_around, parent) | @as(i64, @intCast(own));
        self.set(.names_around, number, if (tag == id("body")) 0 else around);
        self.set(.kind, number, kind.number + 1);
        self.set(.tag, number, tag);
        self.container = number;
        self.open[self.depth - 1].container = number;
        if (tag == id("pre")) self.pre_depth += 1;
        if (start) |found| self.notePlace(tag, found);
    }

    /// Notes of places leave half of the room to those of what the page says of itself.
    fn notePlace(self: *Collector, tag: tags.Tag, start: *const markup.StartTag) void {
        if (tag != id("td") and tag != id("th") and tag != id("ol")) return;
        if (self.note_count >= self.notes.len / 2) return;
        for (start.attributes) |attribute| {
            const name = markup.slice(self.html, attribute.name);
            for (placing) |word| if (std.ascii.eqlIgnoreCase(name, word)) return self.note(.place, start);
        }
    }

    fn otherHints(self: *const Collector, told: markup.Told) u64 {
        var bits: u64 = 0;
        for ([_]?Span{ told.id, told.role, told.itemprop }) |value| {
            if (value) |span| bits |= self.names.bits(markup.slice(self.html, span)) & self.names.hints;
        }
        if (told.hidden != null) bits |= self.unseen;
        if (told.style) |span| {
            const style = markup.slice(self.html, span);
            const is_unseen = std.mem.indexOf(u8, style, "display") != null and std.mem.indexOf(u8, style, "none") != null;
            if (is_unseen) bits |= self.unseen;
        }
        return bits;
    }

    /// Whether html/mentions.py may find that an element holds an author or a date, by its names and what is around it.
    fn mayMention(self: *const Collector, told: markup.Told) bool {
        if (self.isOneOf(told.itemprop, &stated) or self.isOneOf(told.property, &stated)) return true;
        if (told.rel) |span| if (std.mem.indexOf(u8, markup.slice(self.html, span), "author") != null) return true;
        if (self.mentions.isOpen() and self.isOneOf(told.itemprop, &.{"name"})) return true;
        const class = markup.slice(self.html, told.class orelse return false);
        if (self.mentions.isOpen() and (std.ascii.findIgnoreCase(class, "name") != null or std.ascii.findIgnoreCase(class, "fn") != null)) return true;
        return self.names.bits(class) & self.mentions.naming != 0;
    }

    fn isOneOf(self: *const Collector, value: ?Span, words: []const []const u8) bool {
        const given = markup.slice(self.html, value orelse return false);
        const prefix = "schema:";
        const word = if (std.mem.startsWith(u8, given, prefix)) given[prefix.len..] else given;
        for (words) |candidate| if (std.mem.eql(u8, candidate, word)) return true;
        return false;
    }

    fn openCandidate(self: *Collector, start: *const markup.StartTag, is_time: bool) void {
        const around: u64 = @intCast(self.get(.names_around, self.container));
        const block = self.block_count + @intFromBool(self.has_text);
        const candidate = self.mentions.begin(.{
            .kind = .opened,
            .from = @intCast(self.attribute_count),
            .to = @intCast(self.attribute_count + start.attributes.len),
            .value = @intCast(block),
            .flags = (if (is_time) page.is_time else 0) | (if (around & self.mentions.elsewhere != 0) page.is_elsewhere else 0),
        });
        if (candidate == page.none) return;
        self.noted_attributes = start.attributes.len;
        self.open[self.depth - 1].candidate = candidate;
    }

    fn openLink(self: *Collector, start: ?*const markup.StartTag) void {
        self.link_depth += 1;
        self.links += 1;
        if (start) |found| if (self.mayLicense(found.told)) self.note(.link, found);
    }

    fn noteHead(self: *Collector, tag: tags.Tag, start: *const markup.StartTag) void {
        if (tag == id("meta")) return self.note(.meta, start);
        if (tag != id("link")) return;
        const rel = markup.slice(self.html, start.told.rel orelse Span{ .from = 0, .to = 0 });
        if (std.ascii.findIgnoreCase(rel, "canonical") != null or self.mayLicense(start.told)) self.note(.link, start);
    }

    fn mayLicense(self: *const Collector, told: markup.Told) bool {
        if (told.rel) |span| if (std.ascii.findIgnoreCase(markup.slice(self.html, span), "license") != null) return true;
        return if (told.href) |span| std.mem.indexOf(u8, markup.slice(self.html, span), cc_licence) != null else false;
    }

    fn note(self: *Collector, kind: page.NoteKind, start: *const markup.StartTag) void {
        const from = self.attribute_count;
        if (self.noteRange(kind, from, from + start.attributes.len)) self.noted_attributes = start.attributes.len;
    }

    fn noteRange(self: *Collector, kind: page.NoteKind, from: usize, to: usize) bool {
        if (self.note_count == self.notes.len) return false;
        self.notes[self.note_count] = .{
            .kind = kind,
            .from = @intCast(from),
            .to = @intCast(to),
            .container = self.container,
        };
        self.note_count += 1;
        return true;
    }

    fn get(self: *const Collector, field: page.Field, number: u32) i64 {
        return self.containers[@backingInt(field) * self.room + number];
    }

    fn set(self: *Collector, field: page.Field, number: u32, value: i64) void {
        self.containers[@backingInt(field) * self.room + number] = value;
    }

    fn setBlock(self: *Collector, field: page.Block, value: i64) void {
        self.blocks[@backingInt(field) * self.room + self.block_count] = value;
    }
};

/// Moves `at` to the next white space, and returns how many characters that are.
fn wordEnd(heard: []const u8, at: *usize) usize {
    var chars: usize = 0;
    while (at.* < heard.len and text.spaceSize(heard, at.*) == 0) {
        at.* += std.unicode.utf8ByteSequenceLength(heard[at.*]) catch 1;
        chars += 1;
    }
    at.* = @min(at.*, heard.len);
    return chars;
}
