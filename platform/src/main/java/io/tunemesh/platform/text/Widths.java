package io.tunemesh.platform.text;

/**
 * Full-width Latin letters and digits, as {@code Ａ} and {@code ５}, which are other tokens than
 * {@code A} and {@code 5} to a model. The punctuation of Chinese and Japanese is full-width by
 * right and stays.
 */
public final class Widths {

  private static final int TO_NARROW = 'Ａ' - 'A';

  private Widths() {}

  /** The text with narrow letters and digits; the same text where it has no others. */
  public static String narrow(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '０' && c <= '９' || c >= 'Ａ' && c <= 'Ｚ' || c >= 'ａ' && c <= 'ｚ') {
        out = out == null ? new StringBuilder(text) : out;
        out.setCharAt(i, (char) (c - TO_NARROW));
      }
    }
    return out == null ? text : out.toString();
  }
}
