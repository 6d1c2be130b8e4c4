package io.tunemesh.dataset.exam;

/**
 * Takes the plainest marks of a cell with one look at what stands around them, and passes over what
 * is plainly none; {@link NumberMarks} and {@link LetterMarks} say the same, and tell of the rest.
 */
final class CertainMarks {
  private CertainMarks() {}

  /** Takes what digits at a position are; false where the cell is not ordinary with them. */
  static boolean number(Shadow cell, int digits, OrdinaryQuestions questions) {
    int after = digits;
    int value = 0;
    while (Glyphs.isDigit(cell.at(after)) && after - digits < 4) {
      value = value * 10 + cell.at(after) - '0';
      after++;
    }
    if (after - digits > 3) {
      return true;
    }
    char before = cell.at(digits - 1);
    char delimiter = cell.at(after);
    if (before == '\n'
        && value >= 1
        && value <= NumberMarks.HIGHEST
        && isDelimiter(delimiter)
        && isTextBehind(cell, delimiter, after + 1)) {
      var style = delimiter == ')' ? Mark.Style.PAUSE : Mark.Style.POINT;
      return questions.number(value, digits, cell.skipBlanks(after + 1), style, form(delimiter));
    }
    return isAmongWords(cell, digits, after) || questions.take(NumberMarks.at(cell, digits));
  }

  private static boolean isDelimiter(char c) {
    return c == '.' || c == '、' || c == ')' || c == ':';
  }

  private static char form(char delimiter) {
    return delimiter == '、' ? '.' : delimiter;
  }

  /** False where a further delimiter, or what makes a number or a range of it, stands there. */
  private static boolean isTextBehind(Shadow cell, char delimiter, int at) {
    char direct = cell.at(at);
    return !Glyphs.isDigit(direct)
        && !Signs.isDelimiter(direct)
        && !(delimiter == '.' && Signs.isDash(cell.at(cell.skipSpaces(at))));
  }

  /** True for a number with no stop behind it and nothing before it that may begin a marker. */
  private static boolean isAmongWords(Shadow cell, int digits, int after) {
    char right = cell.at(cell.skipSpaces(after));
    if (Signs.isStop(right) || right == '题' || right == '小') {
      return false;
    }
    char left = cell.at(digits - 1);
    left = left == ' ' ? cell.at(digits - 2) : left;
    return !Shadow.isBlank(left) && "第题.nNqQ)".indexOf(left) < 0;
  }

  /** Takes what a letter at a position is; false where the cell is not ordinary with it. */
  static boolean letter(Shadow cell, int at, OrdinaryQuestions questions) {
    char letter = cell.at(at);
    char before = cell.at(at - 1);
    char delimiter = cell.at(at + 1);
    if (Shadow.isBlank(before) && letter <= 'D' && isDelimiter(delimiter)) {
      int visible = before == '\n' ? -1 : cell.visibleBefore(at);
      boolean line = visible < 0;
      boolean wide = before == '\t' || at - visible > 2;
      if ((line || wide && !isBracket(cell.at(visible)))
          && isCertain(cell, at, letter, delimiter, line)) {
        return questions.letter(
            letter - 'A',
            at,
            cell.skipBlanks(at + 2),
            delimiter == '.'
                ? Mark.Style.POINT
                : delimiter == ')' ? Mark.Style.BRACKET : Mark.Style.PAUSE,
            form(delimiter),
            cell.typed(at + 1),
            line,
            true);
      }
    }
    return isAmongWords(cell, at, letter, before) || questions.take(LetterMarks.at(cell, at));
  }

  private static boolean isBracket(char c) {
    return c == '(' || c == '[';
  }

  /** True for a capital at a clear place that neither opens a name or a list nor ends a name. */
  private static boolean isCertain(
      Shadow cell, int at, char letter, char delimiter, boolean line) {
    char direct = cell.at(at + 2);
    boolean point = cell.typed(at + 1) == '.';
    boolean goesOn =
        Signs.isPoint(direct)
            || switch (delimiter) {
              case '.' -> point && Glyphs.isLatin(direct) && !Glyphs.isLatin(cell.at(at + 3));
              case '、' -> isListed(letter, cell.at(cell.skipSpaces(at + 2)));
              case ':' -> direct == '/';
              default -> false;
            };
    if (goesOn) {
      return false;
    }
    if (line) {
      return !LetterMarks.isTornName(cell, at);
    }
    return delimiter != '.'
        || !LetteredThings.NAMED.before(cell, at)
            && !(point && LetteredThings.TITLES.shortenedBefore(cell, at));
  }

  private static boolean isListed(char letter, char next) {
    return next > letter && next <= 'H';
  }

  /** True for a letter with no stop behind it at no clear place. */
  private static boolean isAmongWords(Shadow cell, int at, char letter, char before) {
    if (Signs.isStop(cell.at(cell.skipSpaces(at + 1)))) {
      return false;
    }
    char left = before == ' ' ? cell.at(at - 2) : before;
    return letter >= 'a' || !Shadow.isBlank(left);
  }
}
