package io.tunemesh.dataset.clean;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/** A text without what typists do differently: width, case, spaces and punctuation. */
public enum Letters {

  /** Letters and digits. */
  ALONE(false),

  /**
   * Letters with their marks and digits, symbols as emoji and a plus are, the minus and the point
   * of a number, other punctuation between two digits, and {@code # % * / ^}, so that texts which
   * mean something else stay different. A text that has none is itself.
   */
  AND_SIGNS(true);

  private static final char UNKNOWN = 0xffff;
  private static final char MINUS = '-';
  private static final char POINT = '.';

  /** What counts beside digits alone; an enumeration comma is one of these as well. */
  private static final String OF_NUMBERS = MINUS + "" + POINT + "!\"&'(),:;?@[\\]_{}";

  private static final String KEPT = "#%*/^";
  private static final int ENUMERATION_COMMA = 0x3001;

  /** A class of its own, since the texts' kinds above ask it while they are made. */
  private static final class Signs {

    /** Whether an ASCII character is one of {@link #OF_NUMBERS}. */
    static final boolean[] BESIDE_DIGITS = new boolean[0x80];

    static {
      OF_NUMBERS.chars().forEach(c -> BESIDE_DIGITS[c] = true);
    }
  }

  /**
   * What becomes of a character in a text that has none but simple ones, which change nothing
   * beside them: a letter, one of {@link #OF_NUMBERS} where it may be of a number, 0 for none, or
   * {@link #UNKNOWN} where a text has to be normalized as a whole.
   */
  private final char[] letters = new char[0x10000];

  private final boolean signs;

  Letters(boolean signs) {
    this.signs = signs;
    int[][] simple = {
      {0, 0x7f}, {0x2010, 0x2027}, {0x3000, 0x3029}, {0x4e00, 0x9fff}, {0xff01, 0xff5e}
    };
    Arrays.fill(letters, UNKNOWN);
    for (int[] range : simple) {
      for (int c = range[0]; c <= range[1]; c++) {
        letters[c] = simple(normalized(String.valueOf((char) c)));
      }
    }
  }

  private char simple(int[] points) {
    if (points.length == 1 && signs && isMark(points[0])) {
      return (char) points[0];
    }
    String kept = kept(points);
    return kept.isEmpty() ? 0 : kept.length() == 1 ? kept.charAt(0) : UNKNOWN;
  }

  /** What is left of {@code text}, in one width and case. */
  public String of(String text) {
    char[] kept = text.toCharArray();
    int count = 0;
    for (int i = 0; i < kept.length; i++) {
      char letter = letters[text.charAt(i)];
      if (letter == UNKNOWN) {
        return slowly(text);
      }
      kept[count] = letter;
      count += letter == 0 || isMark(letter) && !isOfNumber(text, i) ? 0 : 1;
    }
    return count == 0 ? slowly(text) : new String(kept, 0, count);
  }

  /** The same in UTF-8. */
  public ByteBuffer utf8(String text) {
    byte[] bytes = new byte[3 * text.length()];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char letter = letters[text.charAt(i)];
      if (letter == UNKNOWN) {
        return ByteBuffer.wrap(slowly(text).getBytes(StandardCharsets.UTF_8));
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
        count += letter == 0 || isMark(letter) && !isOfNumber(text, i) ? 0 : 1;
      }
    }
    return count == 0
        ? ByteBuffer.wrap(slowly(text).getBytes(StandardCharsets.UTF_8))
        : ByteBuffer.wrap(bytes, 0, count);
  }

  /**
   * A {@link StableHash} of what is left of {@code text}, or of the text itself where that is
   * nothing.
   *
   * @param before the hash of what comes before it
   */
  public long hash(long before, String text) {
    long hash = before;
    for (int i = 0; i < text.length(); i++) {
      char letter = letters[text.charAt(i)];
      if (letter == UNKNOWN) {
        return slowHash(before, text);
      }
      boolean none = signs && isMark(letter) && !isOfNumber(text, i);
      hash = StableHash.andUnlessZero(hash, none ? 0 : letter);
    }
    return hash == before ? slowHash(before, text) : hash;
  }

  private long slowHash(long before, String text) {
    String kept = slowly(text);
    return StableHash.and(before, kept.isEmpty() ? text : kept);
  }

  /** The same for any text. */
  String slowly(String text) {
    String kept = kept(normalized(text));
    return kept.isEmpty() && signs ? text.strip() : kept;
  }

  private static int[] normalized(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .map(c -> c >= 0x2010 && c <= 0x2013 || c == 0x2212 ? MINUS : c)
        .map(c -> c == ENUMERATION_COMMA ? ',' : c)
        .toArray();
  }

  private String kept(int[] points) {
    StringBuilder kept = new StringBuilder(points.length);
    for (int i = 0; i < points.length; i++) {
      if (Character.isLetterOrDigit(points[i])
          || signs
              && (isSymbol(points[i])
                  || isOfLetter(points[i])
                  || isMark(points[i])
                      && isOfNumber(
                          i == 0 ? 0 : points[i - 1],
                          points[i],
                          i + 1 < points.length ? points[i + 1] : 0))) {
        kept.appendCodePoint(points[i]);
      }
    }
    return kept.toString();
  }

  private boolean isOfNumber(String text, int at) {
    char before = at == 0 ? 0 : text.charAt(at - 1);
    boolean dots = before == '\u2025' || before == '\u2026';
    return isOfNumber(
        dots ? POINT : letters[before],
        letters[text.charAt(at)],
        at + 1 < text.length() ? letters[text.charAt(at + 1)] : 0);
  }

  /**
   * Whether a sign is a number's: a minus or point before a digit that is no hyphen or dot of a
   * word, or another between two digits, as of a time, a date or a list.
   */
  private static boolean isOfNumber(int before, int sign, int after) {
    if (!isMinusOrPoint(sign)) {
      return Character.isDigit(before) && Character.isDigit(after);
    }
    boolean word = Character.isLetter(before) && !Character.isIdeographic(before);
    return Character.isDigit(after) && !word && !isMinusOrPoint(before);
  }

  private static boolean isMinusOrPoint(int c) {
    return c == MINUS || c == POINT;
  }

  private static boolean isMark(int c) {
    return c < 0x80 && Signs.BESIDE_DIGITS[c];
  }

  /** Whether it makes another letter of the one before; what chooses a glyph does not. */
  private static boolean isOfLetter(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK ->
          !(c >= 0xfe00 && c <= 0xfe0f || c >= 0xe0100 && c <= 0xe01ef || c == 0x034f);
      default -> false;
    };
  }

  private static boolean isSymbol(int c) {
    return switch (Character.getType(c)) {
      case Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.OTHER_SYMBOL,
          Character.LETTER_NUMBER ->
          true;
      default -> KEPT.indexOf(c) >= 0;
    };
  }
}
