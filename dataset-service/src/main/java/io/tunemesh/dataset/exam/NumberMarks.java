package io.tunemesh.dataset.exam;

/** Finds where a question number may stand, such as {@code 3.}, {@code (3)}, {@code 第3题}. */
final class NumberMarks {
  static final int HIGHEST = 199;
  private static final String[] PREFIXES = {"question", "q"};

  private NumberMarks() {}

  /** The marker whose digits begin at a position, or null where they are plainly none. */
  static Mark at(Shadow cell, int digits) {
    int after = digits;
    int value = 0;
    while (Glyphs.isDigit(cell.at(after)) && after - digits < 4) {
      value = value * 10 + cell.at(after) - '0';
      after++;
    }
    if (after - digits > 3 || value < 1 || value > HIGHEST || isPartOfNumber(cell, digits, after)) {
      return null;
    }
    int before = cell.visibleBefore(digits);
    char left = before < 0 ? '\n' : cell.at(before);
    int right = cell.skipSpaces(after);
    if (left == '第') {
      int end = questionWord(cell, right);
      return end < 0 ? null : mark(cell, value, before, delimiters(cell, end), Mark.Style.WORD, 0);
    }
    if (left == '(' || left == '[') {
      char close = cell.at(right);
      int end = questionWord(cell, right);
      if (end > 0 && (cell.at(end) == ')' || cell.at(end) == ']')) {
        return mark(cell, value, before, delimiters(cell, end + 1), Mark.Style.WORD, 0);
      }
      if (close != ')' && close != ']') {
        return null;
      }
      double off = Place.of(cell, before) == Place.HAN ? -2 : 0;
      return mark(cell, value, before, delimiters(cell, right + 1), Mark.Style.BRACKET, off);
    }
    int prefix = prefix(cell, before);
    if (prefix >= 0) {
      return mark(cell, value, prefix, delimiters(cell, right), Mark.Style.WORD, 0);
    }
    int start = blankBefore(cell, digits);
    int word = questionWord(cell, right);
    if (word > 0) {
      boolean alone = ".:、)\n".indexOf(cell.at(word)) >= 0;
      return alone ? mark(cell, value, start, delimiters(cell, word), Mark.Style.WORD, -1) : null;
    }
    char next = cell.at(right);
    if (Signs.isStop(next) && right - after <= 3) {
      return delimited(cell, value, start, right);
    }
    Place place = Place.of(cell, start);
    boolean clear = place == Place.LINE || place == Place.WIDE_GAP;
    if (!clear || isMeasure(cell, right)) {
      return null;
    }
    boolean text = Glyphs.isHan(next) || Glyphs.isLatin(next) || "“\"《‘「".indexOf(next) >= 0;
    boolean opens = right > after && place == Place.LINE && (next == '(' || isYear(cell, right));
    return text || opens ? mark(cell, value, start, right, Mark.Style.BARE, -3) : null;
  }

  private static Mark delimited(Shadow cell, int value, int start, int delimiter) {
    char mark = cell.at(delimiter);
    char direct = cell.at(delimiter + 1);
    double off =
        switch (mark) {
          case '.', '、' -> 0;
          case ')', ']' -> -0.2;
          case ':' -> -0.3;
          case '。', ';' -> -0.8;
          default -> -1;
        };
    if (mark == ',' && isCentury(cell, cell.skipSpaces(delimiter + 1))) {
      off -= 6; // the day in a date, as in May 3, 2016
    } else if (Glyphs.isDigit(direct)) {
      boolean line = Place.of(cell, start) == Place.LINE;
      off += isYear(cell, delimiter + 1) ? -0.5 : line && mark != ',' && mark != ':' ? -1 : -6;
    }
    var style = mark == ')' || mark == ']' ? Mark.Style.PAUSE : Mark.Style.POINT;
    return mark(cell, value, start, delimiters(cell, delimiter), style, off);
  }

  private static boolean isYear(Shadow cell, int at) {
    return isCentury(cell, at)
        && (cell.at(at + 4) == '年' || cell.at(at + 4) == '-' || cell.at(at + 4) == ' ');
  }

  private static boolean isCentury(Shadow cell, int at) {
    return (cell.startsWith("19", at) || cell.startsWith("20", at))
        && Glyphs.isDigit(cell.at(at + 2))
        && Glyphs.isDigit(cell.at(at + 3))
        && !Glyphs.isDigit(cell.at(at + 4));
  }

  private static Mark mark(
      Shadow cell, int value, int start, int end, Mark.Style style, double off) {
    Place place = Place.of(cell, start);
    double gain =
        switch (place) {
          case LINE -> 3.5;
          case WIDE_GAP -> 2.5;
          case SENTENCE_GAP -> WordEnds.SHORTENED.shortenedBefore(cell, start) ? -2 : 2;
          case GAP -> WordEnds.COUNTED.before(cell, start) ? -2 : 0.8;
          case SENTENCE -> 1.5;
          case HAN -> 0;
          case LIST, OTHER -> -1.5;
          case WORD -> -1.5;
        };
    return new Mark(
        true,
        value,
        start,
        cell.skipBlanks(end),
        gain + off,
        style,
        place,
        false,
        Mark.Fit.UNKNOWN,
        gain + off);
  }

  private static boolean isPartOfNumber(Shadow cell, int digits, int after) {
    char direct = cell.at(digits - 1);
    if ((direct == '.' || direct == ',') && Glyphs.isDigit(cell.at(digits - 2))) {
      return true;
    }
    int left = cell.visibleBefore(digits);
    if (left > 0 && Signs.isDash(cell.at(left))) {
      int further = cell.visibleBefore(left);
      return further >= 0 && Glyphs.isDigit(cell.at(further)) || direct == '-';
    }
    int right = cell.skipSpaces(after);
    if (cell.at(right) == '.') {
      right = cell.skipSpaces(right + 1);
    }
    if (Signs.isDash(cell.at(right))) {
      return Glyphs.isDigit(cell.at(cell.skipSpaces(right + 1)));
    }
    return false;
  }

  private static boolean isMeasure(Shadow cell, int at) {
    if ("年月日时分秒岁个名位次篇段点章节世届条种项处句字倍万亿千百元米度号度成%届者".indexOf(cell.at(at)) >= 0) {
      return true;
    }
    return cell.startsWith("th ", at)
        || cell.startsWith("st ", at)
        || cell.startsWith("nd ", at)
        || cell.startsWith("rd ", at);
  }

  private static int questionWord(Shadow cell, int at) {
    if (cell.at(at) == '题') {
      return cell.startsWith("题详解", at) ? at + 3 : at + 1;
    }
    return cell.startsWith("小题", at) ? at + 2 : -1;
  }

  private static int prefix(Shadow cell, int before) {
    if (before < 0) {
      return -1;
    }
    if (cell.at(before) == '题' && cell.at(before - 1) != '小') {
      return Place.of(cell, before) == Place.LINE ? before : -1;
    }
    int end = cell.at(before) == '.' ? before - 1 : before;
    for (String word : PREFIXES) {
      int start = end - word.length() + 1;
      if (cell.startsWith(word, start) && !Glyphs.isLatin(cell.at(start - 1))) {
        return start;
      }
    }
    return -1;
  }

  /** Steps back over an empty pair of brackets for the answer, as in {@code ( ) 21.} */
  private static int blankBefore(Shadow cell, int digits) {
    int close = cell.visibleBefore(digits);
    if (close < 0 || cell.at(close) != ')') {
      return digits;
    }
    int open = close - 1;
    while (open >= 0 && close - open < 14 && " \t_".indexOf(cell.at(open)) >= 0) {
      open--;
    }
    if (cell.at(open) != '(') {
      return digits;
    }
    return open;
  }

  /** Steps over the one or two delimiters of a marker; three dots are the author's. */
  private static int delimiters(Shadow cell, int from) {
    int at = cell.skipSpaces(from);
    int end = at;
    while (end - at < 4 && Signs.isDelimiter(cell.at(end))) {
      end++;
    }
    return end - at > 2 ? at + 1 : Math.max(end, from);
  }
}
