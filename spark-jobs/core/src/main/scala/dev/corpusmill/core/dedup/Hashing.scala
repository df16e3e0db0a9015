package dev.corpusmill.core.dedup

/** Mixing of 64-bit numbers. */
private[core] object Hashing {

  /** The finalizer of MurmurHash3 (Appleby, public domain): every input bit changes half of the output bits. */
  def mix(key: Long): Long = {
    var hash = key
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L
    hash ^ (hash >>> 33)
  }
}
