package io.tunemesh.dataset.exam;

/**
 * A cell next to its folded copy. Searching is done in the folded characters, where every width and
 * look-alike is plain; what is found is cut from the author's own characters.
 */
final class Shadow {
  private static final long BLANKS = 1L << ' ' | 1L << '\t' | 1L << '\n';

  private final String raw;
  private final Walk walk;
  private final char[] folded;

  /** Where each folded character comes from, or null where all stand at their own places. */
  private final int[] from;

  private final Tally tally;

  private Shadow(String raw, Walk walk, int[] from, Tally tally) {
    this.raw = raw;
    this.walk = walk;
    this.folded = walk.folded();
    this.from = from;
    this.tally = tally;
  }

  static Shadow of(String raw) {
    Walk walk = Walk.over(raw);
    Tally tally = walk.tally();
    if (!tally.holds(Glyphs.PACKED) && !(tally.holds(Glyphs.MARKUP) && isMarkedUp(raw))) {
      return new Shadow(raw, walk, null, tally);
    }
    Unpacked unpacked = Unpacked.of(raw);
    return new Shadow(raw, Walk.over(unpacked.plain()), unpacked.from(), tally);
  }

  private static boolean isMarkedUp(String raw) {
    return raw.contains("_x") || raw.contains("&n") || raw.contains("<b");
  }

  int length() {
    return folded.length;
  }

  /** What the cell holds of everything, as it was typed. */
  Tally tally() {
    return tally;
  }

  /**
   * The next place from this one on where a digit stands behind none, or one of the letters A to G
   * with no Latin letter behind it, if it is small with none before it either; -1 behind the last.
   */
  int begin(int position) {
    return walk.begin(position);
  }

  /** The next place from this one on where one of some words may begin; -1 behind the last. */
  int next(WordList words, int position) {
    for (int i = position; i < folded.length; i++) {
      if (words.mayBeginWith(folded[i])) {
        return i;
      }
    }
    return -1;
  }

  /** True where nothing stands between two places but words, single spaces and plain signs. */
  boolean isBare(int begin, int end) {
    return from == null && walk.isPlainText(begin, end);
  }

  /** True where no bracket and no line break stands between two places. */
  boolean isUnbroken(int begin, int end) {
    for (int i = walk.odd(begin); i >= 0 && i < end; i = walk.odd(i + 1)) {
      char c = folded[i];
      if (c == '\n' || c == '(' || c == ')' || c == '[' || c == ']') {
        return false;
      }
    }
    return true;
  }

  /** The end of what is visible before a position. */
  int trimmed(int begin, int to) {
    return walk.trimmed(begin, to);
  }

  /**
   * False where no Chinese character and no word of two Latin letters stands; true may also be said
   * of a cell without.
   */
  boolean mayHoldWords() {
    return from != null || walk.isWorded();
  }

  /** The place of a folded character in what was typed. */
  private int origin(int position) {
    return from == null ? position : from[position];
  }

  /** The folded character at a position, or a line break outside of the cell. */
  char at(int position) {
    return position < 0 || position >= folded.length ? '\n' : folded[position];
  }

  /** The character that the author typed at a position. */
  char typed(int position) {
    return position < 0 || position >= folded.length ? '\n' : raw.charAt(origin(position));
  }

  boolean startsWith(String plain, int position) {
    if (position < 0 || position + plain.length() > folded.length) {
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
    while (p < folded.length && (folded[p] == ' ' || folded[p] == '\t')) {
      p++;
    }
    return p;
  }

  /** The end of what stands before spaces and tabs that end at a position. */
  int spacesBefore(int position) {
    int p = position;
    while (p > 0 && (folded[p - 1] == ' ' || folded[p - 1] == '\t')) {
      p--;
    }
    return p;
  }

  int skipBlanks(int position) {
    return walk.visible(position);
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
    return c <= ' ' && (BLANKS >>> c & 1) != 0;
  }

  /** The folded characters between two positions, for looking at. */
  String plain(int begin, int to) {
    return begin >= to ? "" : new String(folded, begin, to - begin);
  }

  String slice() {
    return slice(0, folded.length);
  }

  /** The author's characters between two positions of a cell that is bare there. */
  String cut(int begin, int end) {
    return raw.substring(begin, end);
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
    return from == null
        ? Retyping.between(raw, walk, begin, end)
        : Retyping.between(raw, folded, from, begin, end);
  }
}
