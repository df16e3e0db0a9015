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
    bits: u7 = 0,

    /// Adds a byte of ASCII, or three of another unit.
    pub inline fn add(hasher: *Hasher, unit: u16) void {
        const size: u7 = if (unit < 0x80) 8 else 24;
        const value: u64 = if (unit < 0x80) unit else unit | beyond_ascii;
        hasher.pending |= value << @intCast(hasher.bits);
        hasher.bits += size;
        if (hasher.bits < 64) return;
        hasher.hash = step(hasher.hash, hasher.pending);
        hasher.bits -= 64;
        hasher.pending = value >> @intCast(size - hasher.bits);
    }

    pub fn end(hasher: Hasher) u64 {
        return if (hasher.bits > 0) step(hasher.hash, hasher.pending) else hasher.hash;
    }
};
