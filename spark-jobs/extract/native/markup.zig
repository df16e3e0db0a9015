//! Tags as the HTML standard's tokenizer reads them (section 13.2.5): names, attributes, where comments and raw text end.

const std = @import("std");
const text = @import("text.zig");
const Span = @import("strings.zig").Span;

pub const Attribute = extern struct { name: Span, value: Span };

/// Attributes of one tag that are handed over; whoever wrote more of them did it to do harm.
pub const max_attributes = 256;

/// The attributes of a start tag that tell something, by their first values.
pub const Told = struct {
    class: ?Span = null,
    id: ?Span = null,
    role: ?Span = null,
    itemprop: ?Span = null,
    property: ?Span = null,
    rel: ?Span = null,
    style: ?Span = null,
    hidden: ?Span = null,
    href: ?Span = null,
    type: ?Span = null,
};

pub const StartTag = struct { name: Span, attributes: []Attribute, told: Told, is_empty: bool, after: usize };

pub fn slice(html: []const u8, at: Span) []const u8 {
    return html[at.from..at.to];
}

/// Reads the start tag whose name begins at `at`; null where the page ends within it.
pub fn readStart(html: []const u8, at: usize, room: []Attribute) ?StartTag {
    const name_end = nameEnd(html, at);
    var tag = StartTag{ .name = span(at, name_end), .attributes = room[0..0], .told = .{}, .is_empty = false, .after = 0 };
    var place = name_end;
    while (true) {
        const from = place;
        while (place < html.len and (text.isBlank(html[place]) or html[place] == '/')) place += 1;
        if (place >= html.len) return null;
        if (html[place] == '>') {
            tag.is_empty = place > from and html[place - 1] == '/';
            tag.after = place + 1;
            return tag;
        }
        const attribute = readAttribute(html, &place) orelse return null;
        tell(&tag.told, slice(html, attribute.name), attribute.value);
        if (tag.attributes.len == @min(room.len, max_attributes)) continue;
        room[tag.attributes.len] = attribute;
        tag.attributes = room[0 .. tag.attributes.len + 1];
    }
}

/// The place after the end tag whose name begins at `at`, and the name's end; null where the page ends within it.
pub fn readEnd(html: []const u8, at: usize) ?struct { name: Span, after: usize } {
    const end = nameEnd(html, at);
    var place = end;
    while (true) {
        while (place < html.len and (text.isBlank(html[place]) or html[place] == '/')) place += 1;
        if (place >= html.len) return null;
        if (html[place] == '>') return .{ .name = span(at, end), .after = place + 1 };
        _ = readAttribute(html, &place) orelse return null;
    }
}

fn nameEnd(html: []const u8, at: usize) usize {
    var end = at;
    while (end < html.len and !text.isBlank(html[end]) and html[end] != '/' and html[end] != '>') end += 1;
    return end;
}

fn readAttribute(html: []const u8, place: *usize) ?Attribute {
    const from = place.*;
    var at = from + 1; // a name may begin with `=`
    while (at < html.len and html[at] != '=' and html[at] != '/' and html[at] != '>' and !text.isBlank(html[at])) at += 1;
    const name = span(from, at);
    place.* = at;
    while (at < html.len and text.isBlank(html[at])) at += 1;
    if (at >= html.len) return null;
    if (html[at] != '=') return .{ .name = name, .value = span(at, at) };
    at += 1;
    while (at < html.len and text.isBlank(html[at])) at += 1;
    if (at >= html.len) return null;
    if (html[at] == '"' or html[at] == '\'') {
        const end = std.mem.indexOfScalarPos(u8, html, at + 1, html[at]) orelse return null;
        place.* = end + 1;
        return .{ .name = name, .value = span(at + 1, end) };
    }
    var end = at;
    while (end < html.len and html[end] != '>' and !text.isBlank(html[end])) end += 1;
    place.* = end;
    return .{ .name = name, .value = span(at, end) };
}

fn tell(told: *Told, name: []const u8, value: Span) void {
    inline for (@typeInfo(Told).@"struct".field_names) |field| {
        if (name.len == field.len and std.ascii.eqlIgnoreCase(name, field)) {
            if (@field(told, field) == null) @field(told, field) = value;
            return;
        }
    }
}

/// Where what `<!` or `<?` or `</` began at `at` is over: after a comment, or after the next `>`.
pub fn skipDeclaration(html: []const u8, at: usize) usize {
    if (!std.mem.startsWith(u8, html[at..], "<!--")) return if (std.mem.indexOfScalarPos(u8, html, at, '>')) |found| found + 1 else html.len;
    const from = at + "<!--".len;
    if (std.mem.startsWith(u8, html[from..], ">")) return from + 1;
    if (std.mem.startsWith(u8, html[from..], "->")) return from + 2;
    var place = from;
    while (std.mem.indexOfPos(u8, html, place, "--")) |found| : (place = found + 1) {
        if (std.mem.startsWith(u8, html[found + 2 ..], ">")) return found + 3;
        if (std.mem.startsWith(u8, html[found + 2 ..], "!>")) return found + 4;
    }
    return html.len;
}

/// Where the end tag of this name begins, at or after `at`; null where there is none.
pub fn findEnd(html: []const u8, at: usize, name: []const u8) ?usize {
    var place = at;
    while (std.mem.indexOfPos(u8, html, place, "</")) |found| : (place = found + 2) {
        const from = found + 2;
        if (from + name.len > html.len) return null;
        if (isTag(html[from..], name)) return found;
    }
    return null;
}

const ScriptState = enum { plain, escaped, doubly_escaped };

/// Where a script's end tag begins, at or after `at`: not within `<!--`, `<script`, and before `</script` or `-->`.
pub fn findScriptEnd(html: []const u8, at: usize) ?usize {
    var state: ScriptState = .plain;
    var place = at;
    while (nextMark(html, place, state != .plain)) |found| : (place = found + 1) {
        const rest = html[found..];
        switch (state) {
            .plain => if (isTag(rest, "</script")) return found else if (std.mem.startsWith(u8, rest, "<!--")) {
                state = .escaped;
            },
            .escaped => if (isTag(rest, "</script")) return found else if (isTag(rest, "<script")) {
                state = .doubly_escaped;
            } else if (std.mem.startsWith(u8, rest, "-->")) {
                state = .plain;
            },
            .doubly_escaped => if (isTag(rest, "</script")) {
                state = .escaped;
            } else if (std.mem.startsWith(u8, rest, "-->")) {
                state = .plain;
            },
        }
    }
    return null;
}

fn nextMark(html: []const u8, at: usize, may_end_comment: bool) ?usize {
    return if (may_end_comment) std.mem.indexOfAnyPos(u8, html, at, "<-") else std.mem.indexOfScalarPos(u8, html, at, '<');
}

fn isTag(html: []const u8, start: []const u8) bool {
    if (html.len < start.len or !std.ascii.eqlIgnoreCase(html[0..start.len], start)) return false;
    if (html.len == start.len) return true;
    const next = html[start.len];
    return next == '>' or next == '/' or text.isBlank(next);
}

pub fn span(from: usize, to: usize) Span {
    return .{ .from = @intCast(from), .to = @intCast(to) };
}
