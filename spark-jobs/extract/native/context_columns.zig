//! The second look: what the first model thought of a block's surroundings.

const std = @import("std");
const columns_of = @import("columns.zig");
const countWords = @import("strings.zig").countWords;
const groups_of = @import("group_columns.zig");
const Columns = columns_of.Columns;
const Sums = columns_of.Sums;
const levels = columns_of.levels;

pub const names = "first first+1 first+2 first+3 first-1 first-2 first-3 " ++ near_names ++ " " ++
    "first_in0 first_in1 first_in2 first_in3 first_in0_share first_in1_share first_in2_share first_in3_share " ++
    "first_in0_mean first_in1_mean first_in2_mean first_in3_mean " ++
    "first_group0 first_group0_mean first_group1 first_group1_mean first_group2 first_group2_mean " ++
    "first_pos first_back first_ahead first_mass first_share first_sure first_count";
const near_names = "first_near2 first_mean2 first_before2 first_after2 first_near5 first_mean5 first_before5 first_after5 " ++
    "first_near12 first_mean12 first_before12 first_after12";
pub const count = countWords(names);
/// So many blocks on each side are a block's neighbourhood.
const widths = [_]usize{ 2, 5, 12 };

/// Running sums of what the first model said times characters, of characters, of what it said.
const Said = struct { mass: Sums, size: Sums, sum: Sums };

/// Columns over the first model's probabilities, in thousandths.
pub fn fill(in: *const columns_of.Input, probabilities: [*]const i64, out: [*]f32) void {
    var columns = Columns.init(in, out);
    const first = columns.next();
    for (first, probabilities) |*value, probability| value.* = @floatCast(@as(f64, @floatFromInt(probability)) / 1000);
    for ([_]i64{ 1, 2, 3, -1, -2, -3 }) |by| columns_of.shift(first, by, 0, columns.next());
    const said = sum(&columns, first);
    for (widths) |width| neighbours(&columns, said, width);
    containers(&columns, said);
    for (groups_of.number(&columns)) |group| grouped(&columns, first, group);
    page(&columns, first, said);
    std.debug.assert(columns.made == count);
}

fn sum(columns: *Columns, first: []const f32) Said {
    const said = Said{ .mass = columns.sums(), .size = columns.sums(), .sum = columns.sums() };
    columns.chars = columns.alloc(f32, first.len);
    inline for (.{ said.mass, said.size, said.sum }) |sums| sums[0] = 0;
    for (first, columns.chars, 0..) |value, *chars, block| {
        chars.* = columns_of.float(columns.in.chars[block]);
        said.mass[block + 1] = said.mass[block] + value * chars.*;
        said.size[block + 1] = said.size[block] + chars.*;
        said.sum[block + 1] = said.sum[block] + value;
    }
    return said;
}

fn neighbours(columns: *Columns, said: Said, width: usize) void {
    const around = columns.next();
    const means = columns.next();
    const before = columns.next();
    const after = columns.next();
    for (0..around.len) |block| {
        const low, const high = columns_of.near(block, width, around.len);
        around[block] = mean(said.mass[high] - said.mass[low], said.size[high] - said.size[low]);
        means[block] = mean(said.sum[high] - said.sum[low], @floatFromInt(high - low));
        before[block] = mean(said.mass[block] - said.mass[low], said.size[block] - said.size[low]);
        after[block] = mean(said.mass[high] - said.mass[block + 1], said.size[high] - said.size[block + 1]);
    }
}

fn containers(columns: *Columns, said: Said) void {
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| {
            value.* = mean(columns.within(said.mass, container), columns.within(said.size, container));
        }
    }
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| {
            value.* = mean(columns.within(said.mass, container), said.mass[columns.in.blocks]);
        }
    }
    for (columns.chains) |chain| {
        for (columns.next(), chain) |*value, container| {
            value.* = mean(columns.within(said.sum, container), @floatFromInt(columns.end(container) - columns.first(container)));
        }
    }
}

const Group = struct { mass: f64 = 0, size: f64 = 0, sum: f64 = 0, blocks: f64 = 0 };

fn grouped(columns: *Columns, first: []const f32, group: []const u32) void {
    const sums = columns.alloc(Group, group.len);
    @memset(sums, .{});
    for (group, first, columns.chars) |found, value, chars| {
        sums[found].mass += value * chars;
        sums[found].size += chars;
        sums[found].sum += value;
        sums[found].blocks += 1;
    }
    for (columns.next(), group) |*value, found| value.* = mean(sums[found].mass, sums[found].size);
    for (columns.next(), group) |*value, found| value.* = mean(sums[found].sum, sums[found].blocks);
}

fn page(columns: *Columns, first: []const f32, said: Said) void {
    const blocks = first.len;
    const mass = said.mass[blocks];
    for (columns.next(), 0..) |*value, block| value.* = mean(said.mass[block], mass);
    const is_main = columns.alloc(bool, blocks);
    var mains: f64 = 0;
    var sure: f64 = 0;
    for (is_main, first, columns.chars) |*is, value, chars| {
        is.* = value > 0.5; // more likely than not
        mains += @floatFromInt(@intFromBool(is.*));
        sure += @abs(value - 0.5) * chars;
    }
    const back = columns.next();
    columns_of.distances(is_main, back, columns.next());
    columns.constant(mass);
    columns.constant(mass / said.size[blocks]);
    columns.constant(sure / said.size[blocks]);
    columns.constant(mains);
}

fn mean(part: f64, whole: f64) f32 {
    return @floatCast(part / @max(whole, 1e-3));
}
