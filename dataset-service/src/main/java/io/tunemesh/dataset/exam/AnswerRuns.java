package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the answers of several questions at once: {@code 1-3 DCB}, or a row of numbers over one of
 * letters; and letters that stand together, such as {@code DCB} or {@code D, C, B}.
 */
final class AnswerRuns {
  private static final int LONGEST = 40;
  private static final CharClass BEHIND_FIRST = CharClass.of(".、)]题");
  private static final CharClass BETWEEN_NUMBERS = CharClass.of(" \t.、,|)(第题;");
  private static final CharClass BETWEEN_LETTERS = CharClass.of("、,;./|()");

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
    String letters = letters(cell, from, wanted, end);
    if (letters.isEmpty() || listed && letters.length() != wanted) {
      return null;
    }
    return new AnswerEntry(first, last, start, end[0], letters, gain + 1.5);
  }

  private static int range(Shadow cell, int first, int after, int[] end) {
    int p = cell.skipSpaces(after);
    while (BEHIND_FIRST.holds(cell.at(p))) {
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
      while (next < cell.length() && BETWEEN_NUMBERS.holds(cell.at(next))) {
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

  /**
   * Reads letters set apart by spaces or marks: at most one more than wanted. Where marks part them
   * unevenly, as in {@code BD、A}, one question may have two, and a sign that is no letter is added;
   * a space parts nothing for certain.
   */
  static String letters(Shadow cell, int from, int wanted, int[] end) {
    var letters = new StringBuilder();
    var groups = new ArrayList<Integer>();
    int p = from;
    int after = from;
    while (letters.length() <= wanted) {
      int letter = p;
      while (Shadow.isBlank(cell.at(letter)) && letter < cell.length()
          || BETWEEN_LETTERS.holds(cell.at(letter))) {
        letter++;
      }
      char c = Character.toUpperCase(cell.at(letter));
      boolean isLetter = c >= 'A' && c <= 'H' && letter < cell.length();
      boolean ownWord = letter == p && !letters.isEmpty() || !Glyphs.isLatin(cell.at(letter - 1));
      if (!isLetter || !ownWord || !isLetterOfRun(cell, letter)) {
        break;
      }
      if (letters.length() == wanted && letter > p && !isAlone(cell, letter)) {
        break;
      }
      if (groups.isEmpty() || !cell.plain(p, letter).isBlank()) {
        groups.add(0);
      }
      groups.set(groups.size() - 1, groups.getLast() + 1);
      letters.append(c);
      p = letter + 1;
      after = p;
    }
    end[0] = after;
    return isEven(groups) ? letters.toString() : letters.append(AnswerSearch.MANY).toString();
  }

  /**
   * True for letters one by one, all together, or in groups that only the last may fall short of.
   */
  private static boolean isEven(List<Integer> groups) {
    if (groups.isEmpty()) {
      return true;
    }
    int size = groups.getFirst();
    int last = groups.getLast();
    return groups.subList(0, groups.size() - 1).stream().allMatch(group -> group == size)
        && (last == size || last < size && size > 2);
  }

  private static boolean isLetterOfRun(Shadow cell, int letter) {
    int p = letter;
    while (Glyphs.isLatin(cell.at(p)) && p - letter < 40) {
      char c = cell.at(p);
      if (c < 'A' || c > 'H' && c < 'a' || c > 'd') {
        return false;
      }
      p++;
    }
    return "项选型股".indexOf(cell.at(p)) < 0;
  }

  /** True where nothing but further answer letters follows, up to a number or the line's end. */
  private static boolean isAlone(Shadow cell, int letter) {
    int next = letter;
    while (true) {
      int end = next;
      while (cell.at(end) >= 'A' && cell.at(end) <= 'H') {
        end++;
      }
      if (end == next || Glyphs.isLatin(cell.at(end))) {
        return false;
      }
      next = cell.skipSpaces(end);
      if ("、,;|/".indexOf(cell.at(next)) >= 0) {
        next = cell.skipSpaces(next + 1);
      }
      char c = cell.at(next);
      if (c == '\n' || c == '(' || Glyphs.isDigit(c) && next > end) {
        return true;
      }
    }
  }
}
