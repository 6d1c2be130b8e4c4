package io.tunemesh.dataset.build;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks over JSON in UTF-8, eight bytes at a time. */
final class JsonBytes {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH = 0x8080808080808080L;
  private static final long LOW = 0x0101010101010101L;
  private static final long QUOTES = '"' * LOW;
  private static final long BACKSLASHES = '\\' * LOW;
  private static final long BLANKS = ' ' * LOW;
  private static final long MAY_BE_HALVES = 0xed * LOW;

  private JsonBytes() {}

  /**
   * Where the first quotation mark, backslash or control character is from {@code from} on; {@code
   * to} if there is none.
   */
  static int special(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      long found =
          ((eight - BLANKS) & ~eight | zeros(eight ^ QUOTES) | zeros(eight ^ BACKSLASHES)) & HIGH;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >> 3);
      }
    }
    while (i < to && (bytes[i] < 0 || bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\')) {
      i++;
    }
    return i;
  }

  /**
   * Whether there may be half of a character, or a character of two halves: neither is without an
   * escape that may stand for any character, four bytes, or three that UTF-8 does not have.
   */
  static boolean mayHoldHalves(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES < to; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      long odd = zeros(eight ^ BACKSLASHES) | zeros(eight ^ MAY_BE_HALVES) | fours(eight);
      if ((odd & HIGH) != 0 && mayBeginHalf(bytes, i, i + Long.BYTES, to)) {
        return true;
      }
    }
    return mayBeginHalf(bytes, i, to, to);
  }

  private static boolean mayBeginHalf(byte[] bytes, int from, int to, int end) {
    for (int i = from; i < to; i++) {
      int next = i + 1 < end ? bytes[i + 1] & 0xff : 0;
      switch (bytes[i]) {
        case '\\' -> {
          if (next == 'u') {
            return true;
          }
        }
        case (byte) 0xed -> {
          if (next >= 0xa0) {
            return true;
          }
        }
        default -> {
          if ((bytes[i] & 0xf0) == 0xf0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** The lowest byte that is marked is zero; those above it may be marked without being so. */
  private static long zeros(long eight) {
    return (eight - LOW) & ~eight;
  }

  /** The bytes that begin a character of four. */
  private static long fours(long eight) {
    long two = eight & (eight << 1);
    return two & (two << 2);
  }
}
