package io.tunemesh.inference.text;

import java.lang.Character.UnicodeScript;

/** How characters are written: with spaces between words, or one after another as Chinese is. */
public final class Script {

  private Script() {}

  /** Whether {@code c} is a character of Chinese, Japanese or Korean writing. */
  public static boolean isCjk(int c) {
    if (c < 0x2E80) {
      return false;
    }
    UnicodeScript script = UnicodeScript.of(c);
    return script == UnicodeScript.HAN
        || script == UnicodeScript.HIRAGANA
        || script == UnicodeScript.KATAKANA
        || script == UnicodeScript.HANGUL
        || c >= 0x3000 && c <= 0x303F
        || c >= 0xFF00 && c <= 0xFF60;
  }

  /** Whether {@code c} is a letter or digit of words that spaces part. */
  public static boolean isSpaced(int c) {
    return Character.isLetterOrDigit(c) && !isCjk(c);
  }

  /** The share of Chinese, Japanese and Korean among the letters of {@code text}; 0 without any. */
  public static double cjkShare(String text) {
    long cjk = text.codePoints().filter(c -> Character.isLetter(c) && isCjk(c)).count();
    long all = text.codePoints().filter(Character::isLetter).count();
    return all == 0 ? 0 : (double) cjk / all;
  }

  /** {@code c} in the one width and case in which texts are compared; one char stays one. */
  public static char folded(char c) {
    if (c < 128) {
      return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
    }
    char narrow = c >= '！' && c <= '～' ? (char) (c - '！' + '!') : c == '\u3000' ? ' ' : c;
    return Character.toLowerCase(narrow);
  }

  /** {@code text} in one width and case, of the same length. */
  public static String folded(String text) {
    return new String(folded((CharSequence) text));
  }

  /** The characters of {@code text} in one width and case. */
  public static char[] folded(CharSequence text) {
    char[] chars = new char[text.length()];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = folded(text.charAt(i));
    }
    return chars;
  }

  /** The letters and digits of {@code text} in one width and case. */
  public static String letters(String text) {
    StringBuilder letters = new StringBuilder(text.length());
    folded(text).codePoints().filter(Character::isLetterOrDigit).forEach(letters::appendCodePoint);
    return letters.toString();
  }
}
