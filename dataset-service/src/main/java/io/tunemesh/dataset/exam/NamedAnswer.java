package io.tunemesh.dataset.exam;

import java.util.regex.Pattern;

/** Finds an answer that was typed behind an option's words: {@code 答案：B}, 故选B, (Key: B). */
final class NamedAnswer {
  /** What stands before the letter. */
  private static final Pattern NAMING =
      Pattern.compile("(答案|故选|应选|\\b(?i:answers?|key))\\s*([:是为]|is\\b)?\\s*[(\\[\"“]?\\s*$");

  private static final CharClass OPENING = CharClass.of("([\"“");
  private static final CharClass LINKING = CharClass.of(":是为");

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
    if (c < 'A' || c > 'D') {
      return false;
    }
    int end = cell.trimmed(0, letter);
    end = OPENING.holds(cell.at(end - 1)) ? cell.trimmed(0, end - 1) : end;
    end = LINKING.holds(cell.at(end - 1)) ? cell.trimmed(0, end - 1) : end;
    end = cell.startsWith("is", end - 2) ? cell.trimmed(0, end - 2) : end;
    return endsNaming(cell, end);
  }

  /** True where what ends at a position ends as 答案, 故选, answer, answers or key does. */
  private static boolean endsNaming(Shadow cell, int end) {
    char last = cell.at(end - 1);
    return last == '案'
        || last == '选'
        || cell.startsWith("er", end - 2)
        || cell.startsWith("rs", end - 2)
        || cell.startsWith("ey", end - 2);
  }
}
