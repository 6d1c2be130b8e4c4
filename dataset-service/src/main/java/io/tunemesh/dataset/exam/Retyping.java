package io.tunemesh.dataset.exam;

/**
 * Takes the typing of a cell out of its text: what a line break, a run of spaces or an invisible
 * character does not mean to a reader.
 */
final class Retyping {
  private final String raw;
  private final char[] folded;
  private final int begin;
  private final int end;
  private final char[] out;
  private int length;

  private Retyping(String raw, char[] folded, int begin, int end, int room) {
    this.raw = raw;
    this.folded = folded;
    this.begin = begin;
    this.end = end;
    this.out = new char[room];
  }

  /**
   * The author's characters between two visible ones, the second exclusive, of a cell in which
   * every character stands for itself. Only blanks that the walk found odd, or before what it found
   * so, are looked at: no other one is anything but a single space that is kept.
   */
  static String between(String raw, Walk walk, int begin, int end) {
    Retyping retyping = null;
    int copied = begin;
    for (int odd = walk.odd(begin); odd >= 0 && odd < end; odd = walk.odd(odd + 1)) {
      int blank = walk.isBlank(odd) ? odd : walk.isTornOff(odd) ? odd - 1 : -1;
      if (blank < copied) {
        continue;
      }
      if (retyping == null) {
        retyping = new Retyping(raw, walk.folded(), begin, end, end - begin);
      }
      copied = retyping.take(copied, blank);
    }
    return retyping == null ? raw.substring(begin, end) : retyping.rest(copied);
  }

  /** Takes what was not copied yet, and the blanks of which one is odd; returns their end. */
  private int take(int copied, int odd) {
    int blank = Shadow.isBlank(folded[odd - 1]) ? odd - 1 : odd;
    int right = blank;
    boolean line = false;
    while (Shadow.isBlank(folded[right])) {
      line |= folded[right++] == '\n';
    }
    copy(copied, blank);
    char left = raw.charAt(blank - 1);
    if (keepsSpace(folded[blank - 1], folded[right], left, raw.charAt(right), line)) {
      out[length++] = ' ';
    }
    return right;
  }

  private String rest(int copied) {
    copy(copied, end);
    return new String(out, 0, length);
  }

  private void copy(int from, int to) {
    raw.getChars(from, to, out, length);
    length += to - from;
  }

  /**
   * The same of a cell in which characters stand for more or fewer than one.
   *
   * @param from where each of the folded characters comes from
   */
  static String between(String raw, char[] folded, int[] from, int begin, int end) {
    return new Retyping(raw, folded, begin, end, 2 * (end - begin)).moved(from);
  }

  private String moved(int[] from) {
    int i = begin;
    while (i < end) {
      if (!Shadow.isBlank(folded[i])) {
        if (i == begin || from[i] != from[i - 1]) {
          length += Character.toChars(raw.codePointAt(from[i]), out, length);
        }
        i++;
        continue;
      }
      int left = i - 1;
      boolean line = false;
      while (Shadow.isBlank(folded[i])) {
        line |= folded[i++] == '\n';
      }
      char before = raw.charAt(from[left]);
      if (keepsSpace(folded[left], folded[i], before, raw.charAt(from[i]), line)) {
        out[length++] = ' ';
      }
    }
    return new String(out, 0, length);
  }

  /** True where one space stays of the blanks between two characters, given folded and as typed. */
  private static boolean keepsSpace(
      char before, char after, char typedBefore, char typedAfter, boolean line) {
    if (before == '(' && after == ')' || before == '_' && after == '_') {
      return !line;
    }
    if (!line && (before == '_' || after == '_')) {
      return true;
    }
    int wideBefore = Glyphs.of(typedBefore) & Glyphs.WIDE;
    int wideAfter = Glyphs.of(typedAfter) & Glyphs.WIDE;
    return line ? (wideBefore | wideAfter) == 0 : (wideBefore & wideAfter) == 0;
  }
}
