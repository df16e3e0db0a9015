//! What the reader knows of HTML's tags: their numbers, what they do to text, and which end which.
//!
//! The rules are those of libxml2 2.14's HTML parser, by which the block model was trained, but for elements without
//! content, where the HTML standard (section 13.1.2) knows more of them.

const std = @import("std");
const countWords = @import("strings.zig").countWords;

/// A tag's number; names that are not here get the numbers from `named` on, page by page.
pub const Tag = u32;
pub const named: Tag = 256;

pub const Role = enum(u8) { block, inlined, time, link, line_break, skipped, head };

/// How what follows a start tag is read: as markup, or as text up to the end tag.
pub const Content = enum(u8) { markup, raw, text, rest };

const known = [_]struct { role: Role, names: []const u8 }{
    .{ .role = .inlined, .names = "abbr acronym b bdi bdo big cite code data del dfn em font i img input ins kbd" },
    .{ .role = .inlined, .names = "label mark nobr q rt ruby s samp small source span strike strong sub sup track tt" },
    .{ .role = .inlined, .names = "u var wbr" },
    .{ .role = .skipped, .names = "applet audio canvas datalist embed frameset iframe map noframes object rp script" },
    .{ .role = .skipped, .names = "select style svg template textarea title video" },
    .{ .role = .head, .names = "base link meta" },
    .{ .role = .time, .names = "time" },
    .{ .role = .link, .names = "a" },
    .{ .role = .line_break, .names = "br" },
    .{ .role = .block, .names = "address area article aside basefont bgsound blockquote body button caption center col" },
    .{ .role = .block, .names = "colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form frame" },
    .{ .role = .block, .names = "h1 h2 h3 h4 h5 h6 head header hgroup hr html isindex keygen legend li main menu nav" },
    .{ .role = .block, .names = "noembed noscript ol optgroup option output p param picture plaintext pre progress" },
    .{ .role = .block, .names = "section slot summary table tbody td tfoot th thead tr ul xmp listing foreignobject desc" },
};
/// The names by number, with spaces between them; Python reads them from here too.
pub const names = build: {
    var all: []const u8 = "";
    for (known) |group| all = all ++ (if (all.len == 0) "" else " ") ++ group.names;
    break :build all;
};
pub const count = countWords(names);

fn each(comptime list: []const u8) [countWords(list)][]const u8 {
    @setEvalBranchQuota(100_000);
    var parts: [countWords(list)][]const u8 = undefined;
    var rest: []const u8 = list;
    for (&parts) |*part| {
        const end = std.mem.indexOfScalar(u8, rest, ' ') orelse rest.len;
        part.* = rest[0..end];
        rest = rest[@min(end + 1, rest.len)..];
    }
    return parts;
}

const listed = each(names);

/// The number of a tag that is known when this is compiled.
pub fn id(comptime name: []const u8) Tag {
    return comptime search: {
        @setEvalBranchQuota(1_000_000);
        for (listed, 0..) |candidate, number| {
            if (std.mem.eql(u8, candidate, name)) break :search number;
        }
        @compileError("no tag " ++ name);
    };
}

const Set = [count]bool;

fn set(comptime list: []const u8) Set {
    @setEvalBranchQuota(1_000_000);
    var found: Set = @splat(false);
    for (each(list)) |name| found[id(name)] = true;
    return found;
}

const roles = build: {
    @setEvalBranchQuota(1_000_000);
    var found: [count]Role = undefined;
    var number: usize = 0;
    for (known) |group| {
        for (each(group.names)) |_| {
            found[number] = group.role;
            number += 1;
        }
    }
    break :build found;
};

pub fn roleOf(tag: Tag) Role {
    return if (tag < count) roles[tag] else .block;
}

const voids = set("area base basefont bgsound br col embed frame hr img input isindex keygen link meta param source track wbr");

pub fn isVoid(tag: Tag) bool {
    return tag < count and voids[tag];
}

const out_of_drawings = set("b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li " ++
    "listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var");

/// Whether a start tag cannot stand in a drawing and ends it (HTML standard, section 13.2.6.5).
pub fn endsDrawing(tag: Tag) bool {
    return tag < count and out_of_drawings[tag];
}

pub fn mayHoldHtml(tag: Tag) bool {
    return tag == id("foreignobject") or tag == id("desc") or tag == id("title");
}

const raws = set("iframe noembed noframes script style xmp");

pub fn contentOf(tag: Tag) Content {
    if (tag >= count) return .markup;
    if (raws[tag]) return .raw;
    if (tag == id("title") or tag == id("textarea")) return .text;
    return if (tag == id("plaintext")) .rest else .markup;
}

const headings = "h1 h2 h3 h4 h5 h6";
const cells = "th td p span font a b i u";
const before_lists = headings ++ " pre listing xmp";
/// Start tags, and the open elements that they end where these are innermost.
const ends = [_][2][]const u8{
    .{ "form", "form p hr dl ul ol menu dir address " ++ before_lists },
    .{ "head title caption body frameset", "p" },
    .{ "li", "p dl address li " ++ before_lists },
    .{ "hr dir listing xmp blockquote div ol " ++ headings, "p" },
    .{ "address pre menu", "p ul" },
    .{ "dl", "p dt menu dir address pre listing xmp" },
    .{ "dt", "p menu dir address pre listing xmp dd" },
    .{ "dd", "p menu dir address pre listing xmp dt" },
    .{ "ul", "p menu dir address pre listing xmp" },
    .{ "p", "p tt i b u s strike big small " ++ headings },
    .{ "center", "font b i p" },
    .{ "a", "a" },
    .{ "colgroup", "caption colgroup col p" },
    .{ "col", "caption col p" },
    .{ "table", "p a " ++ before_lists },
    .{ "th td", cells },
    .{ "tr", "th td tr caption col colgroup p" },
    .{ "thead", "caption col colgroup" },
    .{ "tfoot", "th td tr caption col colgroup thead tbody p" },
    .{ "tbody", "th td tr caption col colgroup thead tfoot tbody p" },
    .{ "optgroup option", "option" },
    .{ "fieldset", "legend p a " ++ before_lists },
};
const ended = build: {
    @setEvalBranchQuota(10_000_000);
    var found: [count]Set = @splat(@splat(false));
    for (ends) |rule| {
        for (each(rule[0])) |name| found[id(name)] = set(rule[1]);
    }
    break :build found;
};

const of_heads = set("base basefont bgsound head html link meta noframes noscript script style template title");

/// Whether a start tag ends the innermost open element.
pub fn isEndedBy(open: Tag, start: Tag) bool {
    if (open == id("head")) return start >= count or !of_heads[start];
    return open < count and start < count and ended[start][open];
}

/// An end tag ends no element that is within one of a higher rank.
pub fn rank(tag: Tag) u8 {
    return switch (tag) {
        id("div") => 150,
        id("td"), id("th") => 160,
        id("tr") => 170,
        id("thead"), id("tbody"), id("tfoot") => 180,
        id("table") => 190,
        id("head"), id("body") => 200,
        id("html") => 220,
        else => 100,
    };
}

const longest = build: {
    var found: usize = 0;
    for (listed) |name| found = @max(found, name.len);
    break :build found;
};
const slots = 1024;
const by_hash = build: {
    @setEvalBranchQuota(1_000_000);
    var table: [slots]u8 = @splat(0);
    for (listed, 1..) |name, number| {
        var slot = slotOf(name);
        while (table[slot] != 0) slot = (slot + 1) % slots;
        table[slot] = number;
    }
    break :build table;
};

fn slotOf(name: []const u8) usize {
    var hash: u32 = @intCast(name.len);
    for (name) |letter| hash = (hash ^ std.ascii.toLower(letter)) *% 0x01000193;
    return (hash ^ hash >> 15) % slots;
}

/// The number of a known tag, however its letters are written.
pub fn find(name: []const u8) ?Tag {
    if (name.len > longest) return null;
    var slot = slotOf(name);
    while (by_hash[slot] != 0) : (slot = (slot + 1) % slots) {
        const number = by_hash[slot] - 1;
        if (std.ascii.eqlIgnoreCase(listed[number], name)) return number;
    }
    return null;
}
