//! As much of the Java Native Interface (JNI specification, chapter 4) as this library calls: arrays where they stand.

/// The interface's functions by their number in the specification.
pub const Env = [*]const ?*const anyopaque;
pub const Object = ?*opaque {};

const get_array_length = 171;
const get_primitive_array_critical = 222;
const release_primitive_array_critical = 223;

/// The elements of an array, which must be given back by `release`; between the two no other function may be called and
/// no garbage is collected.
pub fn take(comptime Element: type, env: *Env, array: Object) ?[]Element {
    const lengthOf: *const fn (*Env, Object) callconv(.c) i32 = @ptrCast(env.*[get_array_length].?);
    const get: *const fn (*Env, Object, ?*u8) callconv(.c) ?[*]Element =
        @ptrCast(env.*[get_primitive_array_critical].?);
    const length: usize = @intCast(lengthOf(env, array));
    const elements = get(env, array, null) orelse return null;
    return elements[0..length];
}

pub fn release(comptime Element: type, env: *Env, array: Object, elements: []Element) void {
    const put: *const fn (*Env, Object, [*]Element, i32) callconv(.c) void =
        @ptrCast(env.*[release_primitive_array_critical].?);
    put(env, array, elements.ptr, 0);
}
