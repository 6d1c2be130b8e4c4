package io.tunemesh.ingest.workbook;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a cell, from the text that stands in the XML. */
final class CellText {

  /** ECMA-376 part 1, 22.9.2.19 ST_Xstring: a character that XML cannot hold as it is. */
  private static final Pattern ESCAPE = Pattern.compile("_x([0-9A-Fa-f]{4})_");

  private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

  /** Why a text with a NUL is refused, which no text of the other readers may have. */
  static final String NUL = "The cell has a NUL (_x0000_) in its text; remove it.";

  private CellText() {}

  /** Decodes {@code _x000D_} and its like as Excel does; everything else stays as it is. */
  static String decode(String text) {
    if (!text.contains("_x")) {
      return text;
    }
    Matcher escape = ESCAPE.matcher(text);
    StringBuilder decoded = new StringBuilder(text.length());
    int end = 0;
    while (escape.find()) {
      decoded.append(text, end, escape.start());
      decoded.append((char) Integer.parseInt(escape.group(1), 16));
      end = escape.end();
    }
    decoded.append(text, end, text.length());
    return LONE_SURROGATE.matcher(decoded).replaceAll("\ufffd");
  }

  /** {@code text} without the space at both ends. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * Also the spaces that do not break and the mark at a text's start, which Java does not count.
   */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\ufeff';
  }
}
