package io.tunemesh.ingest.record;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A look over bytes for UTF-8, which most text is: several times faster than to decode it. It only
 * finds that all is well; what is not, and where, {@link Decoding} says.
 */
final class Utf8Text {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH = 0x8080808080808080L;
  private static final long LOW = 0x0101010101010101L;
  private static final int BLOCK = 1 << 16;

  /** The longest character has four bytes, three of which may stand in the next block. */
  private static final int LONGEST = 4;

  private Utf8Text() {}

  /**
   * How many UTF-16 characters {@code in} has, if every byte up to its end is text in UTF-8 and
   * none is zero; else -1.
   */
  static long characters(InputStream in) throws IOException {
    byte[] bytes = new byte[BLOCK + LONGEST];
    long characters = 0;
    int left = 0;
    while (true) {
      int read = in.readNBytes(bytes, left, BLOCK);
      int end = left + read;
      boolean last = read < BLOCK;
      int i = 0;
      int stop = last ? end : end - LONGEST + 1;
      while (i < stop) {
        int c = bytes[i];
        if (c > 0) {
          int next = ascii(bytes, i, end);
          characters += next - i;
          i = next;
        } else {
          int size = i + LONGEST <= end ? size(bytes, i) : sizeAtEnd(bytes, i, end);
          if (size == 0) {
            return -1;
          }
          characters += size == LONGEST ? 2 : 1;
          i += size;
        }
      }
      if (last) {
        return characters;
      }
      left = end - i;
      System.arraycopy(bytes, i, bytes, 0, left);
    }
  }

  /** Where the ASCII ends that begins at {@code i}; a zero is none. */
  private static int ascii(byte[] bytes, int i, int end) {
    while (i + Long.BYTES <= end) {
      long eight = (long) LONGS.get(bytes, i);
      if (((eight | (eight - LOW)) & HIGH) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    while (i < end && bytes[i] > 0) {
      i++;
    }
    return i;
  }

  /** The bytes of the character beyond ASCII at {@code i}; 0 if it is none. Unicode 16, 3.9. */
  private static int size(byte[] bytes, int i) {
    int c = bytes[i];
    int c1 = bytes[i + 1];
    if ((c1 & 0xc0) != 0x80) {
      return 0;
    }
    if ((c & 0xf0) == 0xe0) {
      int code = (c & 0x0f) << 12 | (c1 & 0x3f) << 6;
      boolean whole = (bytes[i + 2] & 0xc0) == 0x80 && code >= 0x800 && code >> 11 != 0x1b;
      return whole ? 3 : 0;
    }
    if ((c & 0xe0) == 0xc0) {
      return (c & 0x1e) == 0 ? 0 : 2;
    }
    int code = (c & 0x07) << 18 | (c1 & 0x3f) << 12;
    boolean whole =
        (c & 0xf8) == 0xf0
            && (bytes[i + 2] & 0xc0) == 0x80
            && (bytes[i + 3] & 0xc0) == 0x80
            && code >= 0x10000
            && code <= 0x10ffff;
    return whole ? LONGEST : 0;
  }

  private static int sizeAtEnd(byte[] bytes, int i, int end) {
    byte[] some = new byte[LONGEST];
    System.arraycopy(bytes, i, some, 0, end - i);
    int size = size(some, 0);
    return size <= end - i ? size : 0;
  }
}
