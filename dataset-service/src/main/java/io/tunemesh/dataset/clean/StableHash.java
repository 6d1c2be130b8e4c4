package io.tunemesh.dataset.clean;

/**
 * Hashes of texts that never change, so that what follows from them stays as it is: FNV-1a (Fowler,
 * Noll, Vo) with 64 bits, of UTF-16 characters in place of bytes, and MurmurHash3's finalizer. They
 * are no secret: who wants to can make two texts with the same hash.
 */
public final class StableHash {

  /** Before the first character. */
  public static final long START = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private StableHash() {}

  /** What {@code hash} is behind one more character. */
  static long and(long hash, char next) {
    return (hash ^ next) * PRIME;
  }

  /** What {@code hash} is behind one more character, or as it was where that is zero. */
  static long andUnlessZero(long hash, char next) {
    long zero = next - 1L >> 63;
    return (hash ^ next) * (PRIME ^ zero & (PRIME ^ 1)); // a branch would be guessed wrong
  }

  /** What {@code hash} is behind more characters. */
  public static long and(long hash, String text) {
    long now = hash;
    for (int i = 0; i < text.length(); i++) {
      now = and(now, text.charAt(i));
    }
    return now;
  }

  /** The place from 0 to 1 that follows from {@code hash}, of which all are as likely. */
  public static double place(long hash) {
    long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return ((mixed ^ mixed >>> 33) >>> 11) * 0x1.0p-53;
  }
}
