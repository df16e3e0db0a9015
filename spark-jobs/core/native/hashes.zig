//! Hashes of words, as Scala's WordHashes and WordHasher make them.

pub const seed: u64 = 0x2545f4914f6cdd1d;

/// In the last of the three bytes of a unit beyond ASCII, where no ASCII is.
const beyond_ascii: u64 = 0x800000;

pub fn step(hash: u64, bytes: u64) u64 {
    return mix(hash ^ bytes);
}

/// The finalizer of MurmurHash3 (Appleby, public domain).
fn mix(key: u64) u64 {
    var hash = key;
    hash = (hash ^ (hash >> 33)) *% 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33)) *% 0xc4ceb9fe1a85ec53;
    return hash ^ (hash >> 33);
}

/// Hashes the small letters of one word's units, eight bytes at a time.
pub const Hasher = struct {
    hash: u64 = seed,
    pending: u64 = 0,
    bits: usize = 0,

    /// Adds a byte of ASCII, or three of another unit.
    pub inline fn add(hasher: *Hasher, unit: u16) void {
        if (unit < 0x80) hasher.addBytes(unit, 1) else hasher.addBytes(unit | beyond_ascii, 3);
    }

    /// Adds `count` bytes, at most eight.
    pub inline fn addBytes(hasher: *Hasher, value: u64, count: usize) void {
        hasher.pending |= value << @intCast(hasher.bits);
        const bits = hasher.bits + 8 * count;
        if (bits >= 64) {
            hasher.hash = step(hasher.hash, hasher.pending);
            hasher.pending = value >> 1 >> @intCast(63 - hasher.bits);
        }
        hasher.bits = bits % 64;
    }

    pub fn end(hasher: Hasher) u64 {
        return if (hasher.bits > 0) step(hasher.hash, hasher.pending) else hasher.hash;
    }
};
