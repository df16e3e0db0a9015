//! What the JVM calls to encode: dev.corpusmill.core.bpe.NativeTokens.

const jni = @import("jni.zig");
const Encoder = @import("bpe/encoder.zig").Encoder;
const Model = @import("bpe/model.zig").Model;
const Pairs = @import("bpe/model.zig").Pairs;

/// Bytes of a model.
export fn Java_dev_corpusmill_core_bpe_NativeTokens_modelBytes(_: *jni.Env, _: jni.Object) i32 {
    return @sizeOf(Model);
}

/// Bytes of an encoder.
export fn Java_dev_corpusmill_core_bpe_NativeTokens_encoderBytes(_: *jni.Env, _: jni.Object) i32 {
    return @sizeOf(Encoder);
}

/// Makes a model of zeros one of these merges; returns whether it took them and memory sufficed.
export fn Java_dev_corpusmill_core_bpe_NativeTokens_load(
    env: *jni.Env,
    _: jni.Object,
    memory: jni.Object,
    byte_ids: jni.Object,
    blocks: jni.Object,
    classes: jni.Object,
    merges: jni.Object,
) u8 {
    const model = at(Model, env, memory);
    const is_loaded = jni.copy(u16, env, byte_ids, &model.byte_ids) and
        jni.copy(u16, env, blocks, &model.table.block_of) and jni.copy(u8, env, classes, &model.table.blocks);
    if (!is_loaded) return 0;
    const all = jni.take([3]u16, env, merges) orelse return 0;
    defer jni.release([3]u16, env, merges, all);
    if (all.len > Pairs.most) return 0;
    model.setMerges(all);
    return 1;
}

/// Makes an encoder of zeros.
export fn Java_dev_corpusmill_core_bpe_NativeTokens_start(
    env: *jni.Env,
    _: jni.Object,
    model: jni.Object,
    encoder: jni.Object,
) void {
    at(Encoder, env, encoder).start(at(Model, env, model));
}

/// Begins a text if told to, and encodes what the encoder's header says; returns a Status.
export fn Java_dev_corpusmill_core_bpe_NativeTokens_encode(
    env: *jni.Env,
    _: jni.Object,
    model: jni.Object,
    memory: jni.Object,
    is_new: u8,
    text_array: jni.Object,
    ids_array: jni.Object,
) i32 {
    const encoder = at(Encoder, env, memory);
    const with = at(Model, env, model);
    const text = jni.take(u8, env, text_array) orelse return jni.no_memory;
    defer jni.release(u8, env, text_array, text);
    const ids = jni.take(u32, env, ids_array) orelse return jni.no_memory;
    defer jni.release(u32, env, ids_array, ids);
    if (is_new != 0) encoder.begin();
    return @backingInt(encoder.encode(with, text, ids));
}

fn at(comptime Kind: type, env: *jni.Env, memory: jni.Object) *Kind {
    return @ptrCast(@alignCast(jni.address(env, memory)));
}
