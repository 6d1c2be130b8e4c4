package io.tunemesh.inference.turn;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of turns, as {@code turn-3f2a…} with 128 bits: the first half is random for each process, and
 * no two of a process have the same second half, which looks random too. So a question costs no
 * call of the kernel for an id.
 */
final class TurnId {

  private static final HexFormat HEX = HexFormat.of();
  private static final String PREFIX;
  private static final AtomicLong NEXT;

  static {
    SecureRandom random = new SecureRandom();
    PREFIX = "turn-" + HEX.toHexDigits(random.nextLong());
    NEXT = new AtomicLong(random.nextLong());
  }

  private TurnId() {}

  static String next() {
    return PREFIX + HEX.toHexDigits(mixed(NEXT.getAndAdd(0x9E3779B97F4A7C15L)));
  }

  /** One to one; the finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mixed(long number) {
    long z = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
