package io.tunemesh.dataset.exam;

/**
 * Reads the answers of several questions at once: {@code 1-3 DCB}, or a row of numbers over one of
 * letters.
 */
final class AnswerRuns {
  private static final int LONGEST = 40;

  private AnswerRuns() {}

  static AnswerEntry at(Shadow cell, int first, int start, int after, double gain) {
    int[] end = new int[1];
    int last = range(cell, first, after, end);
    boolean listed = last < 0;
    if (listed) {
      last = list(cell, first, after, end);
    }
    if (last < 0) {
      return null;
    }
    int from = AnswerEntries.filler(cell, end[0]);
    int wanted = last - first + 1;
    String letters = AnswerLetters.run(cell, from, wanted, end);
    if (letters.isEmpty() || listed && letters.length() != wanted) {
      return null;
    }
    return new AnswerEntry(first, last, start, end[0], letters, gain + 1.5);
  }

  private static int range(Shadow cell, int first, int after, int[] end) {
    int p = cell.skipSpaces(after);
    while (".、)]题".indexOf(cell.at(p)) >= 0) {
      p = cell.skipSpaces(p + 1);
    }
    int dash = p;
    while (Signs.isDash(cell.at(p)) && p - dash < 4) {
      p++;
    }
    if (p == dash) {
      return -1;
    }
    p = cell.skipSpaces(p);
    while ("([第".indexOf(cell.at(p)) >= 0) {
      p++;
    }
    int last = number(cell, p, end);
    return last > first && last - first < LONGEST ? last : -1;
  }

  /** A list of numbers that count up with nothing but spaces and marks between them. */
  private static int list(Shadow cell, int first, int after, int[] end) {
    int last = first;
    int p = after;
    end[0] = after;
    while (last - first < LONGEST) {
      int next = p;
      while (next < cell.length()
          && (cell.at(next) == ' '
              || cell.at(next) == '\t'
              || ".、,|)(第题;".indexOf(cell.at(next)) >= 0)) {
        next++;
      }
      int[] numberEnd = new int[1];
      if (next == p || number(cell, next, numberEnd) != last + 1) {
        break;
      }
      last++;
      p = numberEnd[0];
      end[0] = p;
    }
    return last > first ? last : -1;
  }

  private static int number(Shadow cell, int from, int[] end) {
    int value = 0;
    int p = from;
    while (Glyphs.isDigit(cell.at(p)) && p - from < 4) {
      value = value * 10 + cell.at(p) - '0';
      p++;
    }
    end[0] = p;
    return p == from || p - from > 3 ? -1 : value;
  }
}
