package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/** Reads the letters of answers that stand together, such as {@code DCB} or {@code D, C, B}. */
final class AnswerLetters {
  private AnswerLetters() {}

  /**
   * Reads letters set apart by spaces or marks: at most one more than wanted. Where marks part them
   * unevenly, as in {@code BD、A}, one question may have two, and a sign that is no letter is added;
   * a space parts nothing for certain.
   */
  static String run(Shadow cell, int from, int wanted, int[] end) {
    var letters = new StringBuilder();
    var groups = new ArrayList<Integer>();
    int p = from;
    int after = from;
    while (letters.length() <= wanted) {
      int letter = p;
      while (Shadow.isBlank(cell.at(letter)) && letter < cell.length()
          || "、,;./|()".indexOf(cell.at(letter)) >= 0) {
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

  static boolean isAnswerWord(Shadow cell, int from, int to) {
    boolean lower = cell.at(from) >= 'a';
    for (int p = from; p < to; p++) {
      char c = cell.at(p);
      if (lower ? c < 'a' || c > 'd' : c < 'A' || c > 'H') {
        return false;
      }
    }
    return true;
  }
}
