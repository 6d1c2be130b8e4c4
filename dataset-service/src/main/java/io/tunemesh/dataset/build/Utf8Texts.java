package io.tunemesh.dataset.build;

import java.nio.charset.StandardCharsets;

/**
 * Makes texts of UTF-8, the same as {@link String} does, which is left all that begins with ASCII
 * or is not well-formed. Of Chinese it makes them with a third of the memory.
 */
final class Utf8Texts {

  private char[] decoded = new char[1 << 10];

  /** The text of the bytes from {@code from} until before {@code to}. */
  String of(byte[] bytes, int from, int to) {
    int length = from < to && bytes[from] < 0 ? decode(bytes, from, to) : -1;
    return length < 0
        ? new String(bytes, from, to - from, StandardCharsets.UTF_8)
        : new String(decoded, 0, length);
  }

  /** How many characters are decoded; -1 where there are other than those of three bytes or one. */
  private int decode(byte[] bytes, int from, int to) {
    if (decoded.length < to - from) {
      decoded = new char[to - from];
    }
    char[] all = decoded;
    int length = 0;
    int i = from;
    while (i < to) {
      int b = bytes[i];
      if (b >= 0) {
        all[length++] = (char) b;
        i++;
        continue;
      }
      if ((b & 0xf0) != 0xe0 || i + 2 >= to) {
        return -1;
      }
      int second = bytes[i + 1];
      int third = bytes[i + 2];
      char c = (char) (b << 12 | (second & 0x3f) << 6 | third & 0x3f);
      boolean whole = (second & 0xc0) == 0x80 && (third & 0xc0) == 0x80;
      if (!whole || c < 0x800 || Character.isSurrogate(c)) {
        return -1;
      }
      all[length++] = c;
      i += 3;
    }
    return length;
  }
}
