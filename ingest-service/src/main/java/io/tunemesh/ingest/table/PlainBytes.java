package io.tunemesh.ingest.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Looks over bytes that are known to be UTF-8, eight at a time. */
final class PlainBytes {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH = 0x8080808080808080L;
  private static final long LOW = 0x0101010101010101L;
  private static final long QUOTES = '"' * LOW;
  private static final long BACKSLASHES = '\\' * LOW;
  private static final long BLANKS = ' ' * LOW;

  private PlainBytes() {}

  /**
   * Looks for the first byte from {@code i} on that is {@code other}, a quotation mark, a
   * backslash, a control character or the first of four. {@link #place} and {@link #characters}
   * tell what was found: one look takes half the time of two.
   */
  static long special(byte[] bytes, int i, int end, byte other) {
    long others = other * LOW;
    int at = i;
    int behind = 0;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, at);
      long found =
          ((eight - BLANKS)
                      | zeros(eight ^ QUOTES)
                      | zeros(eight ^ BACKSLASHES)
                      | zeros(eight ^ others))
                  & ~eight
                  & HIGH
              | pairs(eight);
      if (found != 0) { // a borrow can make only bytes behind one look so
        long first = Long.lowestOneBit(found);
        behind += Long.bitCount(behind(eight) & first - 1);
        return found(at + (Long.numberOfTrailingZeros(first) >> 3), behind);
      }
      behind += Long.bitCount(behind(eight));
    }
    while (at < end && !isSpecial(bytes[at], other)) {
      behind += (bytes[at++] & 0xc0) == 0x80 ? 1 : 0;
    }
    return found(at, behind);
  }

  private static long found(int place, int behind) {
    return (long) behind << Integer.SIZE | place;
  }

  /** Where {@link #special} found such a byte; the end if there is none. */
  static int place(long found) {
    return (int) found;
  }

  /** How many characters there are from {@code i}, where a look began, to what it found. */
  static int characters(long found, int i) {
    return place(found) - i - (int) (found >>> Integer.SIZE);
  }

  /** The bytes that are behind the first of their character. */
  private static long behind(long eight) {
    return eight & ~(eight << 1) & HIGH;
  }

  private static long zeros(long eight) {
    return (eight - LOW) & ~eight;
  }

  /** The bytes that begin a character of four, which UTF-16 writes as a pair. */
  private static long pairs(long eight) {
    long two = eight & (eight << 1);
    return two & (two << 2) & HIGH;
  }

  static boolean isFirstOfFour(byte b) {
    return (b & 0xf0) == 0xf0;
  }

  private static boolean isSpecial(byte b, byte other) {
    return b >= 0 && b < ' ' || isFirstOfFour(b) || b == '"' || b == '\\' || b == other;
  }

  /** Whether a text has nothing but white space, as {@link String#isBlank} says. */
  static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      int b = bytes[i] & 0xff;
      boolean mayBeBlank = b <= ' ' || b >= 0xe1 && b <= 0xe3; // U+1680, U+20xx and U+3000
      if (!mayBeBlank) {
        return false;
      }
      if (b > ' ') {
        return new String(bytes, i, to - i, StandardCharsets.UTF_8).isBlank();
      }
      if (!Character.isWhitespace(b)) {
        return false;
      }
    }
    return true;
  }
}
