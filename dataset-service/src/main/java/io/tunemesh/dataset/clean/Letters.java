package io.tunemesh.dataset.clean;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/** A text without what typists do differently: width, case, spaces and punctuation. */
public final class Letters {

  private static final int[][] SIMPLE = {
    {0, 0x7f}, {0x2010, 0x2027}, {0x3000, 0x3029}, {0x4e00, 0x9fff}, {0xff01, 0xff5e}
  };

  private static final char UNKNOWN = 0xffff;

  /**
   * What becomes of a character in a text that has none but those of {@link #SIMPLE}, which change
   * nothing beside them: a letter, 0 for none, or {@link #UNKNOWN} where a text has to be
   * normalized as a whole.
   */
  private static final char[] LETTERS = new char[0x10000];

  static {
    Arrays.fill(LETTERS, UNKNOWN);
    for (int[] range : SIMPLE) {
      for (int c = range[0]; c <= range[1]; c++) {
        String letters = normalized(String.valueOf((char) c));
        LETTERS[c] = letters.isEmpty() ? 0 : letters.length() == 1 ? letters.charAt(0) : UNKNOWN;
      }
    }
  }

  private Letters() {}

  /** The letters and digits of {@code text}, of one width and case. */
  public static String of(String text) {
    char[] letters = text.toCharArray();
    int count = 0;
    for (char c : letters) {
      char letter = LETTERS[c];
      if (letter == UNKNOWN) {
        return normalized(text);
      }
      letters[count] = letter;
      count += letter == 0 ? 0 : 1;
    }
    return new String(letters, 0, count);
  }

  /** The same in UTF-8. */
  public static ByteBuffer utf8(String text) {
    char[] chars = text.toCharArray();
    byte[] bytes = new byte[3 * chars.length];
    int count = 0;
    for (char c : chars) {
      char letter = LETTERS[c];
      if (letter == UNKNOWN) {
        return ByteBuffer.wrap(normalized(text).getBytes(StandardCharsets.UTF_8));
      }
      if (letter >= 0x800) {
        bytes[count++] = (byte) (0xe0 | letter >> 12);
        bytes[count++] = (byte) (0x80 | letter >> 6 & 0x3f);
        bytes[count++] = (byte) (0x80 | letter & 0x3f);
      } else if (letter >= 0x80) {
        bytes[count++] = (byte) (0xc0 | letter >> 6);
        bytes[count++] = (byte) (0x80 | letter & 0x3f);
      } else {
        bytes[count] = (byte) letter;
        count += letter == 0 ? 0 : 1;
      }
    }
    return ByteBuffer.wrap(bytes, 0, count);
  }

  /** The same for any text. */
  static String normalized(String text) {
    StringBuilder letters = new StringBuilder(text.length());
    Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(letters::appendCodePoint);
    return letters.toString();
  }
}
