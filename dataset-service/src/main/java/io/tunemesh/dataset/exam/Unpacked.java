package io.tunemesh.dataset.exam;

import java.util.Arrays;

/**
 * The folded characters of a cell in which some stand for more or fewer than one: markers in one
 * character, line breaks in two, what cannot be seen, and what a spreadsheet leaves behind.
 *
 * @param folded the characters, as far as the length
 * @param from where each of them comes from
 * @param length how many there are
 */
record Unpacked(char[] folded, int[] from, int length) {
  private static final String[] MARKUP = {
    "_x000D_", "", "_x000d_", "", "_x000A_", "\n", "_x000a_", "\n", "_x0009_", "\t", "&nbsp;", " ",
    "<br>", "\n", "<br/>", "\n", "<br />", "\n"
  };

  /** The most characters that one packed marker stands for, such as (20). */
  private static final int LONGEST = 8;

  /** Unpacks a whole cell. */
  static Unpacked of(String raw) {
    char[] folded = new char[raw.length() + LONGEST];
    int[] at = new int[raw.length() + LONGEST];
    int n = 0;
    int i = 0;
    while (i < raw.length()) {
      if (n + LONGEST > folded.length) {
        folded = Arrays.copyOf(folded, folded.length * 2);
        at = Arrays.copyOf(at, at.length * 2);
      }
      char c = raw.charAt(i);
      String replacement = null;
      int step = 1;
      if (c == '_' || c == '&' || c == '<') {
        for (int m = 0; m < MARKUP.length; m += 2) {
          if (raw.startsWith(MARKUP[m], i)) {
            replacement = MARKUP[m + 1];
            step = MARKUP[m].length();
            break;
          }
        }
      } else if (c == '\r') {
        replacement = "\n";
        step = i + 1 < raw.length() && raw.charAt(i + 1) == '\n' ? 2 : 1;
      } else if ((Glyphs.of(c) & Glyphs.INVISIBLE) != 0) {
        replacement = "";
      } else if (c >= 0x2474 && c <= 0x24E9 || Character.isHighSurrogate(c)) {
        int point = raw.codePointAt(i);
        step = Character.charCount(point);
        replacement = Glyphs.unpack(point);
        if (replacement != null && isBracketed(raw, i, i + step)) {
          replacement = replacement.replaceAll("[(.)]", "");
        }
        if (replacement == null && step == 2) {
          replacement = "\uFFFD";
        }
      }
      if (replacement == null) {
        folded[n] = Glyphs.fold(c);
        at[n++] = i;
      } else {
        for (int k = 0; k < replacement.length(); k++) {
          folded[n] = replacement.charAt(k);
          at[n++] = i;
        }
      }
      i += step;
    }
    return new Unpacked(folded, at, n);
  }

  private static boolean isBracketed(String raw, int from, int to) {
    return to < raw.length() && ")]".indexOf(Glyphs.fold(raw.charAt(to))) >= 0
        || from > 0 && "([".indexOf(Glyphs.fold(raw.charAt(from - 1))) >= 0;
  }
}
