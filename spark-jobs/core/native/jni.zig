//! As much of the Java Native Interface (JNI specification, chapter 4) as this library calls: arrays where they stand, and
//! memory outside of the heap.

/// The interface's functions by their number in the specification.
pub const Env = [*]const ?*const anyopaque;
pub const Object = ?*opaque {};

/// Returned where memory does not suffice for an array.
pub const no_memory = -1;

const get_array_length = 171;
const get_primitive_array_critical = 222;
const release_primitive_array_critical = 223;
const get_direct_buffer_address = 230;

/// The elements of an array, which must be given back by `release`; between the two no other function may be called and
/// no garbage is collected. An element may stand for several of the array.
pub fn take(comptime Element: type, env: *Env, array: Object) ?[]Element {
    const lengthOf = function(env, get_array_length, fn (*Env, Object) callconv(.c) i32);
    const get = function(env, get_primitive_array_critical, fn (*Env, Object, ?*u8) callconv(.c) ?[*]Element);
    const length: usize = @intCast(lengthOf(env, array));
    const elements = get(env, array, null) orelse return null;
    return elements[0 .. length / partsOf(Element)];
}

fn partsOf(comptime Element: type) usize {
    return switch (@typeInfo(Element)) {
        .array => |array| array.len,
        else => 1,
    };
}

pub fn release(comptime Element: type, env: *Env, array: Object, elements: []Element) void {
    const put = function(env, release_primitive_array_critical, fn (*Env, Object, [*]Element, i32) callconv(.c) void);
    put(env, array, elements.ptr, 0);
}

/// Copies an array to where there is room for it; returns whether memory sufficed.
pub fn copy(comptime Element: type, env: *Env, array: Object, to: []Element) bool {
    const elements = take(Element, env, array) orelse return false;
    defer release(Element, env, array, elements);
    @memcpy(to[0..elements.len], elements);
    return true;
}

/// Where the memory of a direct buffer begins.
pub fn address(env: *Env, buffer: Object) *anyopaque {
    const get = function(env, get_direct_buffer_address, fn (*Env, Object) callconv(.c) ?*anyopaque);
    return get(env, buffer).?;
}

fn function(env: *Env, number: usize, comptime Kind: type) *const Kind {
    return @ptrCast(@alignCast(env.*[number].?));
}
