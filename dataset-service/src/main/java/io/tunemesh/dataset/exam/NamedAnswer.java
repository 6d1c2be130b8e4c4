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
      char letter = cell.at(i);
      boolean alone =
          letter >= 'A' && letter <= 'D' && ENDS.indexOf(cell.at(cell.trimmed(from, i) - 1)) >= 0;
      if (alone && NAMING.matcher(cell.plain(Math.max(from, i - LONGEST), i)).find()) {
        return true;
      }
    }
    return false;
  }
}
