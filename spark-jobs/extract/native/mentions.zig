//! Elements that may name an author or a date, and the text in them, as events that html/mentions.py judges.

const page = @import("page.zig");
const names = @import("names.zig");
const text = @import("text.zig");

/// A longer text names nobody.
const max_chars = 200;

pub const Mentions = struct {
    events: []page.Event,
    count: usize = 0,
    candidates: []page.Candidate,
    open: usize = 0,
    /// How many elements were opened.
    opened: u32 = 0,
    /// Of these, how many are not closed yet, whatever was heard: there is room for their ends.
    unclosed: usize = 0,
    heard: text.Writer,
    naming: u64,
    elsewhere: u64,

    pub fn isOpen(self: *const Mentions) bool {
        return self.open > 0;
    }

    /// Opens an element; returns its number, or `page.none` where there is no room for it.
    pub fn begin(self: *Mentions, event: page.Event) u32 {
        if (self.count + self.unclosed + 2 > self.events.len) return page.none;
        self.add(event);
        const number = self.opened;
        self.candidates[self.open] = .{ .number = number, .chars = 0 };
        self.open += 1;
        self.opened += 1;
        self.unclosed += 1;
        return number;
    }

    /// Takes text of so many characters; who has heard too much listens no more.
    pub fn hear(self: *Mentions, heard: []const u8, chars: usize) void {
        if (self.count + self.unclosed + 1 > self.events.len) return;
        const from = self.heard.len;
        self.heard.bytes(names.firstChars(heard, max_chars));
        self.add(.{ .kind = .heard, .from = @intCast(from), .to = @intCast(self.heard.len), .value = @intCast(chars), .flags = 0 });
        var kept: usize = 0;
        for (self.candidates[0..self.open]) |candidate| {
            const sum = candidate.chars + @as(u32, @intCast(chars));
            if (sum > max_chars) continue;
            self.candidates[kept] = .{ .number = candidate.number, .chars = sum };
            kept += 1;
        }
        self.open = kept;
    }

    pub fn close(self: *Mentions, number: u32) void {
        self.add(.{ .kind = .closed, .from = 0, .to = 0, .value = number, .flags = 0 });
        self.unclosed -= 1;
        if (self.open > 0 and self.candidates[self.open - 1].number == number) self.open -= 1;
    }

    fn add(self: *Mentions, event: page.Event) void {
        self.events[self.count] = event;
        self.count += 1;
    }
};
