//! Reads a page in one pass, without a tree: a stack of open elements, and the text between block-level tags.

const std = @import("std");
const markup = @import("markup.zig");
const page = @import("page.zig");
const tags = @import("tags.zig");
const text = @import("text.zig");
const Collector = @import("collector.zig").Collector;
const Span = @import("strings.zig").Span;
const Strings = @import("strings.zig").Strings;

const id = tags.id;

pub const Error = error{ TooDeep, TooManyNodes };

pub const Reader = struct {
    html: []const u8,
    collector: Collector,
    names: Strings,
    attributes: []markup.Attribute,
    max_nodes: usize,
    max_depth: usize,
    /// Elements for which there is room, those included that nobody wrote.
    max_opened: usize,
    nodes: usize = 0,
    opened: usize = 0,
    /// Start tags of `html`, `head` and `body` that stand where they cannot, and whose end tags do not count.
    misplaced: usize = 0,
    had_head: bool = false,
    had_body: bool = false,
    open_bodies: usize = 0,

    pub fn read(self: *Reader) Error!void {
        var at: usize = 0;
        while (at < self.html.len) {
            const next = textEnd(self.html, at);
            if (next > at) try self.hear(self.html[at..next]);
            at = if (next < self.html.len) try self.readMarkup(next) else next;
        }
        while (self.collector.depth > 0) self.pop();
        self.collector.finish();
    }

    /// Reads what begins with the `<` at `at`, and returns the place after it.
    fn readMarkup(self: *Reader, at: usize) Error!usize {
        const next = self.html[at + 1];
        if (next == '!' or next == '?') return markup.skipDeclaration(self.html, at);
        if (next != '/') return self.readStart(at);
        if (!std.ascii.isAlphabetic(self.html[at + 2])) return markup.skipDeclaration(self.html, at);
        const tag = markup.readEnd(self.html, at + 2) orelse return self.html.len;
        if (self.findTag(tag.name)) |number| self.end(number);
        return tag.after;
    }

    fn readStart(self: *Reader, at: usize) Error!usize {
        const used = self.collector.attribute_count;
        const tag = markup.readStart(self.html, at + 1, self.attributes[used..]) orelse return self.html.len;
        self.nodes += 1;
        if (self.nodes > self.max_nodes) return error.TooManyNodes;
        const number = self.tagOf(tag.name);
        if (number == id("script") and !isJsonLd(self.html, tag)) return self.afterTag(markup.findScriptEnd(self.html, tag.after) orelse self.html.len);
        if (number == id("style")) return self.afterTag(markup.findEnd(self.html, tag.after, "style") orelse self.html.len);
        self.leaveDrawing(number);
        const is_open = try self.start(number, &tag);
        if (!is_open) return tag.after;
        if (tags.isVoid(number) or (tag.is_empty and number != id("script"))) {
            self.pop();
            return tag.after;
        }
        return self.readContent(number, tag);
    }

    /// Reads text that holds no tags, where the element has such; else nothing.
    fn readContent(self: *Reader, number: tags.Tag, tag: markup.StartTag) Error!usize {
        const content = tags.contentOf(number);
        if (content == .markup) return tag.after;
        const name = markup.slice(self.html, tag.name);
        const end_at = if (content == .rest) self.html.len else markup.findEnd(self.html, tag.after, name) orelse self.html.len;
        self.collector.hear(self.html[tag.after..end_at], content == .text);
        self.pop();
        return self.afterTag(end_at);
    }

    fn afterTag(self: *Reader, at: usize) usize {
        return if (std.mem.indexOfScalarPos(u8, self.html, at, '>')) |found| found + 1 else self.html.len;
    }

    /// A start tag of HTML's ends a drawing that nobody closed, unless HTML may stand there.
    fn leaveDrawing(self: *Reader, number: tags.Tag) void {
        const from = self.collector.skipped_from;
        if (from == 0 or self.collector.open[from - 1].tag != id("svg") or !tags.endsDrawing(number)) return;
        for (self.collector.open[from..self.collector.depth]) |open| if (tags.mayHoldHtml(open.tag)) return;
        while (self.collector.depth >= from) self.pop();
    }

    /// Opens an element; returns whether it is open then.
    fn start(self: *Reader, number: tags.Tag, tag: *const markup.StartTag) Error!bool {
        while (self.collector.depth > 0 and tags.isEndedBy(self.collector.top().tag, number)) self.pop();
        try self.openImplied(number);
        const is_misplaced = switch (number) {
            id("html") => self.collector.depth > 0,
            id("head") => self.collector.depth != 1,
            id("body") => self.open_bodies > 0,
            else => false,
        };
        if (is_misplaced) {
            self.misplaced += 1;
            return false;
        }
        try self.push(number, tag);
        return true;
    }

    /// Opens the elements that this start tag is within although nobody wrote them.
    fn openImplied(self: *Reader, number: tags.Tag) Error!void {
        if (number == id("html")) return;
        if (self.collector.depth == 0) try self.push(id("html"), null);
        switch (number) {
            id("head"), id("body"), id("noframes"), id("frame"), id("frameset") => return,
            id("script"), id("style"), id("meta"), id("link"), id("title"), id("base") => if (self.collector.depth <= 1) {
                if (!self.had_head and !self.had_body) try self.push(id("head"), null);
                return;
            },
            else => {},
        }
        if (self.had_body) return;
        for (self.collector.open[0..self.collector.depth]) |open| if (open.tag == id("head")) return;
        try self.push(id("body"), null);
    }

    fn push(self: *Reader, number: tags.Tag, tag: ?*const markup.StartTag) Error!void {
        if (self.collector.depth == self.max_depth) return error.TooDeep;
        if (self.opened == self.max_opened) return error.TooManyNodes;
        self.opened += 1;
        self.had_head = self.had_head or number == id("head");
        self.had_body = self.had_body or number == id("body");
        self.open_bodies += @intFromBool(number == id("body"));
        self.collector.open_element(number, tag);
    }

    fn pop(self: *Reader) void {
        self.open_bodies -= @intFromBool(self.collector.top().tag == id("body"));
        self.collector.close_element();
    }

    /// Closes the innermost element of this tag and what is open within it, unless that is of a higher rank.
    fn end(self: *Reader, number: tags.Tag) void {
        if (self.misplaced > 0 and (number == id("html") or number == id("body") or number == id("head"))) {
            self.misplaced -= 1;
            return;
        }
        const rank = tags.rank(number);
        var at = self.collector.depth;
        while (at > 0) : (at -= 1) {
            const open = self.collector.open[at - 1].tag;
            if (open == number) break;
            if (tags.rank(open) > rank) return;
        }
        if (at == 0) return;
        while (self.collector.depth >= at) self.pop();
    }

    /// Text stands in the page's body.
    fn hear(self: *Reader, raw: []const u8) Error!void {
        const is_in_head = self.collector.depth > 0 and self.collector.top().tag == id("head");
        if ((is_in_head or !self.had_body or self.collector.depth == 0) and !text.isAllBlank(raw)) {
            if (is_in_head) self.pop();
            try self.openImplied(id("p"));
        }
        self.collector.hear(raw, true);
    }

    fn tagOf(self: *Reader, name: Span) tags.Tag {
        return tags.find(markup.slice(self.html, name)) orelse tags.named + self.names.number(0, name).number;
    }

    /// The tag of this name, or null where no start tag had it: end tags are not counted, and take no room.
    fn findTag(self: *const Reader, name: Span) ?tags.Tag {
        if (tags.find(markup.slice(self.html, name))) |number| return number;
        return if (self.names.find(0, name)) |number| tags.named + number else null;
    }
};

/// Where the text that begins at `at` ends: before a `<` that begins a tag, a comment or a declaration.
fn textEnd(html: []const u8, at: usize) usize {
    var place = at;
    while (std.mem.indexOfScalarPos(u8, html, place, '<')) |found| : (place = found + 1) {
        if (found + 1 >= html.len) break;
        const next = html[found + 1];
        if (std.ascii.isAlphabetic(next) or next == '!' or next == '?') return found;
        if (next == '/' and found + 2 < html.len) return found;
    }
    return html.len;
}

fn isJsonLd(html: []const u8, tag: markup.StartTag) bool {
    const value = tag.told.type orelse return false;
    return std.ascii.eqlIgnoreCase(markup.slice(html, value), "application/ld+json");
}
