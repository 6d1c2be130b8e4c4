package io.tunemesh.dataset.exam;

/**
 * Takes the plainest marks of a cell with one look at what stands around them, and passes over what
 * is plainly none; {@link NumberMarks} and {@link LetterMarks} say the same, and tell of the rest.
 */
final class CertainMarks {
  /** What became of a place: only of an unknown one has more to be asked. */
  enum Found {
    TAKEN,
    NONE,
    UNFIT,
    UNKNOWN
  }

  /** What a number may stand behind in a marker; the last letters of question and no. */
  private static final CharClass MAY_BEGIN = CharClass.of("第题.nNqQ)");

  /** What most markers have behind their number or letter. */
  private static final CharClass DELIMITERS = CharClass.of(".、):");

  private final Shadow cell;
  private final OrdinaryMarks marks;

  CertainMarks(Shadow cell, OrdinaryMarks marks) {
    this.cell = cell;
    this.marks = marks;
  }

  /** Takes the number whose digits begin at a position. */
  Found number(int digits) {
    int after = digits;
    int value = 0;
    while (Glyphs.isDigit(cell.at(after)) && after - digits < 4) {
      value = value * 10 + cell.at(after) - '0';
      after++;
    }
    if (after - digits > 3) {
      return Found.NONE;
    }
    char before = cell.at(digits - 1);
    char delimiter = cell.at(after);
    if (before == '\n'
        && value >= 1
        && value <= NumberMarks.HIGHEST
        && isDelimiter(delimiter)
        && isTextBehind(delimiter, after + 1)) {
      var style = delimiter == ')' ? Mark.Style.PAUSE : Mark.Style.POINT;
      int end = cell.skipBlanks(after + 1);
      return taken(marks.addNumber(value, digits, end, style, form(delimiter)));
    }
    return isNumberAmongWords(digits, after) ? Found.NONE : Found.UNKNOWN;
  }

  private static Found taken(boolean taken) {
    return taken ? Found.TAKEN : Found.UNFIT;
  }

  private static boolean isDelimiter(char c) {
    return DELIMITERS.holds(c);
  }

  private static char form(char delimiter) {
    return delimiter == '、' ? '.' : delimiter;
  }

  /** False where a further delimiter, or what makes a number or a range of it, stands there. */
  private boolean isTextBehind(char delimiter, int at) {
    char direct = cell.at(at);
    return !Glyphs.isDigit(direct)
        && !Signs.isDelimiter(direct)
        && !(delimiter == '.' && Signs.isDash(cell.at(cell.skipSpaces(at))));
  }

  /** True for a number with no stop behind it and nothing before it that may begin a marker. */
  private boolean isNumberAmongWords(int digits, int after) {
    char right = cell.at(cell.skipSpaces(after));
    if (Signs.isStop(right) || right == '题' || right == '小') {
      return false;
    }
    char left = cell.at(digits - 1);
    left = left == ' ' ? cell.at(digits - 2) : left;
    return !Shadow.isBlank(left) && !MAY_BEGIN.holds(left);
  }

  /** Takes the letter at a position. */
  Found letter(int at) {
    char letter = cell.at(at);
    char before = cell.at(at - 1);
    char delimiter = cell.at(at + 1);
    if (Shadow.isBlank(before) && letter <= 'D' && isDelimiter(delimiter)) {
      int visible = before == '\n' ? -1 : cell.visibleBefore(at);
      boolean line = visible < 0;
      boolean wide = before == '\t' || at - visible > 2;
      if ((line || wide && !isBracket(cell.at(visible)))
          && isCertain(at, letter, delimiter, line)) {
        return taken(take(at, letter - 'A', delimiter, line));
      }
    }
    return isLetterAmongWords(at, letter, before) ? Found.NONE : Found.UNKNOWN;
  }

  private boolean take(int at, int value, char delimiter, boolean line) {
    int end = cell.skipBlanks(at + 2);
    var style =
        delimiter == '.'
            ? Mark.Style.POINT
            : delimiter == ')' ? Mark.Style.BRACKET : Mark.Style.PAUSE;
    boolean spaced = Shadow.isBlank(cell.at(end - 1));
    return marks.addLetter(
        value, at, end, style, form(delimiter), cell.typed(at + 1), spaced, line, true);
  }

  private static boolean isBracket(char c) {
    return c == '(' || c == '[';
  }

  /** True for a capital at a clear place that neither opens a name or a list nor ends a name. */
  private boolean isCertain(int at, char letter, char delimiter, boolean line) {
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
        || !WordEnds.NAMED.before(cell, at)
            && !(point && WordEnds.TITLES.shortenedBefore(cell, at));
  }

  private static boolean isListed(char letter, char next) {
    return next > letter && next <= 'H';
  }

  /** True for a letter with no stop behind it at no clear place. */
  private boolean isLetterAmongWords(int at, char letter, char before) {
    if (Signs.isStop(cell.at(cell.skipSpaces(at + 1)))) {
      return false;
    }
    char left = before == ' ' ? cell.at(at - 2) : before;
    return letter >= 'a' || !Shadow.isBlank(left);
  }
}
