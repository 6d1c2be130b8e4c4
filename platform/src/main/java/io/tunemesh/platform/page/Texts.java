package io.tunemesh.platform.page;

/** Texts made short enough to be shown. */
public final class Texts {

  private Texts() {}

  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** At most {@code most} characters of {@code text}, the last of them an ellipsis if it is cut. */
  public static String cut(String text, int most) {
    return length(text) <= most ? text : begin(text, most - 1) + "…";
  }

  /** The first {@code most} characters of {@code text}. */
  public static String begin(String text, int most) {
    return length(text) <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
  }

  /** As much of {@code text} as fits into the width of {@code most} Latin letters. */
  public static String fit(String text, int most) {
    StringBuilder fitting = new StringBuilder();
    int width = 0;
    for (int c : text.codePoints().toArray()) {
      width += c < 0x1100 ? 1 : 2;
      if (width > most) {
        return fitting.append('…').toString();
      }
      fitting.appendCodePoint(c);
    }
    return text;
  }

  /** The text without characters that no page may hold, or that turn its direction. */
  public static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().map(c -> isHidden(c) ? 0xFFFD : c).forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static boolean isHidden(int c) {
    boolean control = Character.getType(c) == Character.CONTROL && c != '\n' && c != '\t';
    boolean turns = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    return control || turns || Character.getType(c) == Character.SURROGATE;
  }
}
