package io.tunemesh.dataset.exam;

import java.util.Arrays;

/**
 * A cell next to its folded copy. Searching is done in the folded characters, where every width and
 * look-alike is plain; what is found is cut from the author's own characters.
 */
final class Shadow {
  private static final String[] MARKUP = {
    "_x000D_", "", "_x000d_", "", "_x000A_", "\n", "_x000a_", "\n", "_x0009_", "\t", "&nbsp;", " ",
    "<br>", "\n", "<br/>", "\n", "<br />", "\n"
  };

  /** The most characters that one packed marker stands for, such as (20). */
  private static final int LONGEST = 8;

  private final String raw;
  private final char[] folded;

  /** Where each folded character comes from, or null where all stand at their own places. */
  private final int[] from;

  private final int length;
  private final Walk walk;

  private Shadow(String raw, char[] folded, int[] from, int length, Walk walk) {
    this.raw = raw;
    this.folded = folded;
    this.from = from;
    this.length = length;
    this.walk = walk;
  }

  static Shadow of(String raw) {
    Walk walk = Walk.over(raw);
    Tally tally = walk.tally();
    boolean plain = !tally.holds(Glyphs.PACKED) && !(tally.holds(Glyphs.MARKUP) && isMarkedUp(raw));
    return plain ? new Shadow(raw, walk.folded(), null, raw.length(), walk) : unpacked(raw, walk);
  }

  private static boolean isMarkedUp(String raw) {
    return raw.contains("_x") || raw.contains("&n") || raw.contains("<b");
  }

  private static Shadow unpacked(String raw, Walk walk) {
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
    return new Shadow(raw, folded, at, n, walk);
  }

  private static boolean isBracketed(String raw, int from, int to) {
    return to < raw.length() && ")]".indexOf(Glyphs.fold(raw.charAt(to))) >= 0
        || from > 0 && "([".indexOf(Glyphs.fold(raw.charAt(from - 1))) >= 0;
  }

  int length() {
    return length;
  }

  /** What the cell holds of everything, as it was typed. */
  Tally tally() {
    return walk.tally();
  }

  /**
   * The next place from this one on where a digit stands behind none, or one of the letters A to G
   * with no Latin letter behind it, if it is small with none before it either; -1 behind the last.
   */
  int begin(int position) {
    if (from == null) {
      return walk.begin(position);
    }
    for (int i = position; i < length; i++) {
      int glyph = Glyphs.of(folded[i]);
      int before = Glyphs.of(at(i - 1));
      boolean letter =
          (glyph & Glyphs.CAPITAL) != 0
              || (glyph & Glyphs.SMALL) != 0 && (before & Glyphs.LETTER) == 0;
      if ((glyph & ~before & Glyphs.DIGIT) != 0
          || letter && (Glyphs.of(at(i + 1)) & Glyphs.LETTER) == 0) {
        return i;
      }
    }
    return -1;
  }

  /** True where nothing stands between two places but words, single spaces and plain signs. */
  boolean isBare(int begin, int end) {
    return from == null && walk.isPlain(begin, end);
  }

  /** The end of what is visible before a position. */
  int trimmed(int begin, int to) {
    int end = to;
    while (end > begin && isBlank(folded[end - 1])) {
      end--;
    }
    return end;
  }

  /** The place of a folded character in what was typed. */
  private int origin(int position) {
    return from == null ? position : from[position];
  }

  /** The folded character at a position, or a line break outside of the cell. */
  char at(int position) {
    return position < 0 || position >= length ? '\n' : folded[position];
  }

  /** The character that the author typed at a position. */
  char typed(int position) {
    return position < 0 || position >= length ? '\n' : raw.charAt(origin(position));
  }

  boolean startsWith(String plain, int position) {
    if (position < 0 || position + plain.length() > length) {
      return false;
    }
    for (int i = 0; i < plain.length(); i++) {
      if (Character.toLowerCase(folded[position + i]) != plain.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  int skipSpaces(int position) {
    int p = position;
    while (p < length && (folded[p] == ' ' || folded[p] == '\t')) {
      p++;
    }
    return p;
  }

  int skipBlanks(int position) {
    int p = position;
    while (p < length && isBlank(folded[p])) {
      p++;
    }
    return p;
  }

  /** The position of the last visible character before this one on the same line, or -1. */
  int visibleBefore(int position) {
    int p = position - 1;
    while (p >= 0 && (folded[p] == ' ' || folded[p] == '\t')) {
      p--;
    }
    return p >= 0 && folded[p] == '\n' ? -1 : p;
  }

  static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
  }

  /** The folded characters between two positions, for looking at. */
  String plain(int begin, int to) {
    return begin >= to ? "" : new String(folded, begin, to - begin);
  }

  String slice() {
    return slice(0, length);
  }

  /**
   * The author's characters between two positions with the typing of the cell taken out: line
   * breaks and runs of spaces become one space, or nothing between Chinese characters.
   */
  String slice(int start, int to) {
    int begin = skipBlanks(start);
    int end = trimmed(begin, to);
    if (begin >= end) {
      return "";
    }
    return isBare(begin, end) || isPlain(begin, end)
        ? raw.substring(origin(begin), origin(end - 1) + 1)
        : clean(begin, end);
  }

  /** True where nothing of the typing needs to be taken out. */
  private boolean isPlain(int begin, int to) {
    if (from != null && !isUnmoved(begin, to)) {
      return false;
    }
    for (int i = begin; i < to; i++) {
      if (folded[i] <= ' '
          && isBlank(folded[i])
          && (raw.charAt(origin(i)) != ' '
              || isBlank(folded[i + 1])
              || !keepsSpace(i - 1, i + 1, false))) {
        return false;
      }
    }
    return !Character.isSurrogate(raw.charAt(origin(to - 1)));
  }

  private boolean isUnmoved(int begin, int to) {
    for (int i = begin; i < to; i++) {
      if (from[i] - from[begin] != i - begin) {
        return false;
      }
    }
    return true;
  }

  private String clean(int begin, int to) {
    var out = new StringBuilder(Math.max(to - begin, 0));
    int i = begin;
    while (i < to) {
      char c = folded[i];
      if (isBlank(c)) {
        int end = i;
        boolean line = false;
        while (end < to && isBlank(folded[end])) {
          line |= folded[end] == '\n';
          end++;
        }
        if (out.length() > 0 && end < to && keepsSpace(i - 1, end, line)) {
          out.append(' ');
        }
        i = end;
      } else {
        if (i == begin || origin(i) != origin(i - 1)) {
          out.appendCodePoint(raw.codePointAt(origin(i)));
        }
        i++;
      }
    }
    return out.toString();
  }

  private boolean keepsSpace(int left, int right, boolean line) {
    char before = folded[left];
    char after = folded[right];
    if (before == '(' && after == ')' || before == '_' && after == '_') {
      return !line;
    }
    if (!line && (before == '_' || after == '_')) {
      return true;
    }
    int wideBefore = Glyphs.of(raw.charAt(origin(left))) & Glyphs.WIDE;
    int wideAfter = Glyphs.of(raw.charAt(origin(right))) & Glyphs.WIDE;
    return line ? (wideBefore | wideAfter) == 0 : (wideBefore & wideAfter) == 0;
  }
}
