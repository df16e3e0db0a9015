//! The library of the Scala code: dev.corpusmill.core.text.NativeWords, and what tokens.zig has.

const std = @import("std");
const jni = @import("jni.zig");
const units = @import("units.zig");
const Reader = @import("words.zig").Reader;

pub const panic = std.debug.simple_panic;

comptime {
    _ = @import("tokens.zig");
}

/// Where the state of a reader stands in an array.
const position = 0;
const line_end = 1;
const chunk_end = 2;
const size = 3;
const split_end = 4;

/// Takes what is known of all units; once, before anything is read.
export fn Java_dev_corpusmill_core_text_NativeWords_initialize(
    env: *jni.Env,
    _: jni.Object,
    kinds: jni.Object,
    lowers: jni.Object,
) void {
    _ = jni.copy(u8, env, kinds, &units.kinds);
    _ = jni.copy(u16, env, lowers, &units.lowers);
}

/// Reads on, into `words`; returns a Status.
export fn Java_dev_corpusmill_core_text_NativeWords_read(
    env: *jni.Env,
    _: jni.Object,
    text_array: jni.Object,
    words_array: jni.Object,
    state_array: jni.Object,
) i32 {
    const text = jni.take(u8, env, text_array) orelse return jni.no_memory;
    defer jni.release(u8, env, text_array, text);
    const words = jni.take(u64, env, words_array) orelse return jni.no_memory;
    defer jni.release(u64, env, words_array, words);
    const state = jni.take(u64, env, state_array) orelse return jni.no_memory;
    defer jni.release(u64, env, state_array, state);
    var reader = Reader{
        .text = text,
        .words = words,
        .position = state[position],
        .line_end = state[line_end],
        .chunk_end = state[chunk_end],
    };
    const status = reader.read();
    state[position] = reader.position;
    state[line_end] = reader.line_end;
    state[chunk_end] = reader.chunk_end;
    state[size] = reader.size;
    state[split_end] = reader.split_end;
    return @backingInt(status);
}
