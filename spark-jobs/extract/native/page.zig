//! What the reader hands over: a page's blocks, the containers around them, and what it says of itself.
//!
//! The caller owns all memory. `max_opened` elements make no more containers than one more, and no more than twice as many
//! blocks and one, as text is cut where one begins or ends. Text grows by a fifth at most: `&nGt;` is six bytes. Notes,
//! events and their attributes end where their room does.

const markup = @import("markup.zig");
const Span = @import("strings.zig").Span;

/// Fields of a container, each a row of numbers, in the order of the rows of `PageBlocks.containers` in html/blocks.py.
pub const Field = enum(usize) { parent, first, depth, tags, names, tags_around, names_around, kind, end, tag };
pub const fields = @typeInfo(Field).@"enum".field_names.len;

pub const NoteKind = enum(i64) { meta, link, html, title, json_ld, place };
/// An element of which Python reads the attributes, or text: a range of attributes; of `heard` for a title, of the
/// page for JSON-LD. A `place` is a cell over several columns or rows, or a list that does not begin at 1.
pub const Note = extern struct { kind: NoteKind, from: i64, to: i64, container: i64 };

pub const EventKind = enum(i64) { heard, opened, closed };
/// What happened in and around elements that may name an author or a date, in the page's order.
/// `heard`: a range of `heard` and the characters of the whole text. `opened`: a range of attributes, the number of the
/// block, and flags. `closed`: the number of the opened element.
pub const Event = extern struct { kind: EventKind, from: i64, to: i64, value: i64, flags: i64 };
pub const is_time: i64 = 1;
pub const is_elsewhere: i64 = 2;

pub const Open = extern struct { tag: u32, container: u32, candidate: u32 };
/// No container, no candidate.
pub const none: u32 = 0xFFFF_FFFF;

pub const Candidate = extern struct { number: u32, chars: u32 };

pub const Buffers = extern struct {
    html: [*]const u8,
    html_size: usize,
    max_nodes: usize,
    max_depth: usize,
    max_opened: usize,
    byte_room: usize,
    room: usize,
    slots: usize,
    words: [*]const [2]u64,
    words_size: usize,
    references: [*]const [2]u64,
    references_size: usize,
    tag_bits: [*]const i64,
    hints: u64,
    naming: u64,
    other: u64,
    comment: u64,
    unseen: u64,
    elsewhere: u64,
    text: [*]u8,
    heard: [*]u8,
    scratch: [*]u8,
    blocks: [*]i64,
    containers: [*]i64,
    open: [*]Open,
    candidates: [*]Candidate,
    kind_slots: [*]u32,
    kind_spans: [*]Span,
    kind_tags: [*]u32,
    kind_bits: [*]u64,
    name_slots: [*]u32,
    name_spans: [*]Span,
    name_kinds: [*]u32,
    attributes: [*]markup.Attribute,
    attribute_room: usize,
    notes: [*]Note,
    note_room: usize,
    events: [*]Event,
    event_room: usize,
    text_size: usize,
    block_count: usize,
    container_count: usize,
    name_count: usize,
    note_count: usize,
    event_count: usize,
};

/// Rows of `blocks`.
pub const Block = enum(usize) { owner, link_chars, links, from_char, to_char };
pub const block_fields = @typeInfo(Block).@"enum".field_names.len;
