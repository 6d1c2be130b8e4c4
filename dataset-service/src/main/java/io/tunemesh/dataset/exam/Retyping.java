package io.tunemesh.dataset.exam;

/**
 * Takes the typing of a cell out of its text: what a line break, a run of spaces or an invisible
 * character does not mean to a reader.
 *
 * @param raw what was typed
 * @param folded the characters that stand for it
 * @param from where each of them comes from, or null where all stand at their own places
 */
record Retyping(String raw, char[] folded, int[] from) {

  /** The author's characters between two visible ones, the second exclusive. */
  String between(int begin, int end) {
    return isPlain(begin, end)
        ? raw.substring(origin(begin), origin(end - 1) + 1)
        : clean(begin, end);
  }

  private int origin(int position) {
    return from == null ? position : from[position];
  }

  /** True where nothing of the typing needs to be taken out. */
  private boolean isPlain(int begin, int to) {
    if (from != null && !isUnmoved(begin, to)) {
      return false;
    }
    for (int i = begin; i < to; i++) {
      if (folded[i] <= ' '
          && Shadow.isBlank(folded[i])
          && (raw.charAt(origin(i)) != ' '
              || Shadow.isBlank(folded[i + 1])
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
    char[] out = new char[2 * (to - begin)];
    int n = 0;
    int i = begin;
    while (i < to) {
      if (!Shadow.isBlank(folded[i])) {
        if (i == begin || origin(i) != origin(i - 1)) {
          n += Character.toChars(raw.codePointAt(origin(i)), out, n);
        }
        i++;
        continue;
      }
      int left = i - 1;
      boolean line = false;
      while (Shadow.isBlank(folded[i])) {
        line |= folded[i++] == '\n';
      }
      if (keepsSpace(left, i, line)) {
        out[n++] = ' ';
      }
    }
    return new String(out, 0, n);
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
