package io.tunemesh.dataset.exam;

import java.util.Arrays;

/**
 * The characters of a cell in which some stand for more or fewer than one: markers in one
 * character, line breaks in two, what cannot be seen, and what a spreadsheet leaves behind.
 *
 * @param plain the characters, each standing for itself
 * @param from the place that each of them comes from, at its index
 */
record Unpacked(String plain, int[] from) {
  private static final String[] MARKUP = {
    "_x000D_", "", "_x000d_", "", "_x000A_", "\n", "_x000a_", "\n", "_x0009_", "\t", "&nbsp;", " ",
    "<br>", "\n", "<br/>", "\n", "<br />", "\n"
  };

  /** The most characters that one packed marker stands for, such as (20). */
  private static final int LONGEST = 8;

  /** Unpacks a whole cell. */
  static Unpacked of(String raw) {
    var plain = new StringBuilder(raw.length());
    int[] from = new int[raw.length() + LONGEST];
    int i = 0;
    while (i < raw.length()) {
      int before = plain.length();
      int markup = markup(raw, i);
      int next = markup < 0 ? next(raw, i) : i + MARKUP[markup].length();
      plain.append(markup < 0 ? plain(raw, i, next) : MARKUP[markup + 1]);
      Arrays.fill(from, before, plain.length(), i);
      if (plain.length() + LONGEST > from.length) {
        from = Arrays.copyOf(from, 2 * from.length);
      }
      i = next;
    }
    return new Unpacked(plain.toString(), from);
  }

  /** The index of the markup that stands at a place, or -1. */
  private static int markup(String raw, int at) {
    if ((Glyphs.of(raw.charAt(at)) & Glyphs.MARKUP) != 0) {
      for (int i = 0; i < MARKUP.length; i += 2) {
        if (raw.startsWith(MARKUP[i], at)) {
          return i;
        }
      }
    }
    return -1;
  }

  private static int next(String raw, int at) {
    return raw.startsWith("\r\n", at) ? at + 2 : at + Character.charCount(raw.codePointAt(at));
  }

  /** What the character or the line break between two places stands for. */
  private static String plain(String raw, int at, int next) {
    char c = raw.charAt(at);
    if (c == '\r') {
      return "\n";
    }
    if ((Glyphs.of(c) & Glyphs.INVISIBLE) != 0) {
      return "";
    }
    boolean packed = (Glyphs.of(c) & Glyphs.PACKED) != 0;
    String marker = packed ? Glyphs.unpack(raw.codePointAt(at)) : null;
    if (marker == null) {
      return next > at + 1 ? "\uFFFD" : String.valueOf(c);
    }
    return isBracketed(raw, at, next) ? marker.replaceAll("[(.)]", "") : marker;
  }

  private static boolean isBracketed(String raw, int from, int to) {
    return to < raw.length() && ")]".indexOf(Glyphs.fold(raw.charAt(to))) >= 0
        || from > 0 && "([".indexOf(Glyphs.fold(raw.charAt(from - 1))) >= 0;
  }
}
