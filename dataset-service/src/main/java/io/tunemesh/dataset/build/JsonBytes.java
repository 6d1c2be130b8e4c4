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
  private static final byte FIRST = (byte) 0xed;
  private static final long FIRSTS = 0xed * LOW;

  private JsonBytes() {}

  /**
   * Where the first byte is from {@code from} on that ends a string, is an escape or a control
   * character, or begins what may be half of a character or one of two halves: those of four bytes,
   * and some of three; {@code to} if there is none.
   */
  static int special(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      long found =
          (eight - BLANKS) & ~eight
              | zeros(eight ^ QUOTES)
              | zeros(eight ^ BACKSLASHES)
              | zeros(eight ^ FIRSTS)
              | fours(eight);
      if ((found & HIGH) != 0) {
        return i + (Long.numberOfTrailingZeros(found & HIGH) >> 3);
      }
    }
    while (i < to && !isSpecial(bytes[i])) {
      i++;
    }
    return i;
  }

  /** Whether a byte that may begin half of a character begins one of Hangul, as others do. */
  static boolean isHangul(byte[] bytes, int at, int to) {
    return at + 1 < to && bytes[at] == FIRST && (bytes[at + 1] & 0xff) < 0xa0;
  }

  private static boolean isSpecial(byte b) {
    return b >= 0 ? b < ' ' || b == '"' || b == '\\' : b == FIRST || (b & 0xf0) == 0xf0;
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
