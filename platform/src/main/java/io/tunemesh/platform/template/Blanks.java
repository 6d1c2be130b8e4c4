package io.tunemesh.platform.template;

/**
 * What is blank in a text: all that Python's {@code str.strip} takes away, as the trainer does, and
 * the byte order mark and the zero-width space, which show nothing either. Java's own {@code strip}
 * keeps the spaces that do not break.
 */
public final class Blanks {

  private static final int NEXT_LINE = 0x85;
  private static final int ZERO_WIDTH_SPACE = 0x200b;
  private static final int BYTE_ORDER_MARK = 0xfeff;

  private Blanks() {}

  /** {@code text} without what is blank at both ends. */
  public static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Whether nothing is left of {@code text} without its blanks. */
  public static boolean isBlank(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isBlank(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether Python's {@code str.isspace} holds for a character. */
  public static boolean isPythonSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
  }

  private static boolean isBlank(char c) {
    boolean letter = c > ' ' && c < NEXT_LINE || c > '\u3000' && c < BYTE_ORDER_MARK;
    return !letter && (isPythonSpace(c) || c == ZERO_WIDTH_SPACE || c == BYTE_ORDER_MARK);
  }
}
