package io.tunemesh.dataset.exam;

import java.util.regex.Pattern;

/** Finds an answer that was typed behind an option's words: {@code 答案：B}, 故选B, (Key: B). */
final class NamedAnswer {
  /** What stands before the letter. */
  private static final Pattern NAMING =
      Pattern.compile("(答案|故选|应选|\\b(?i:answers?|key))\\s*([:是为]|is\\b)?\\s*[(\\[\"“]?\\s*$");

  /** What the words before the letter may end with; most letters stand behind something else. */
  private static final String ENDS = "案选是为:rRsSyY([\"“";

  /** As many characters are looked at before a letter. */
  private static final int LONGEST = 24;

  /** The length of 答案. */
  private static final int SHORTEST = 2;

  private NamedAnswer() {}

  /** Asks the places where a letter stands alone, so that it costs next to nothing elsewhere. */
  static boolean isIn(Shadow cell, int from, int to) {
    for (int i = cell.begin(from + SHORTEST); i >= 0 && i < to; i = cell.begin(i + 1)) {
      if (mayStandAt(cell, i)
          && NAMING.matcher(cell.plain(Math.max(from, i - LONGEST), i)).find()) {
        return true;
      }
    }
    return false;
  }

  /** False for a letter that is none of an answer, and for one behind other words. */
  static boolean mayStandAt(Shadow cell, int letter) {
    char c = cell.at(letter);
    return c >= 'A' && c <= 'D' && ENDS.indexOf(cell.at(cell.trimmed(0, letter) - 1)) >= 0;
  }
}
