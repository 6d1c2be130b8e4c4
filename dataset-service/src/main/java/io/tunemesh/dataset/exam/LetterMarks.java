package io.tunemesh.dataset.exam;

/** Finds where an option letter may stand, such as {@code A.}, {@code (A)}, {@code A、}. */
final class LetterMarks {
  /** The gain of a capital at the end of a word; too low to be taken without a habit. */
  static final double IN_WORD = -3.2;

  private static final int LETTERS = 7;

  private LetterMarks() {}

  /** The marker whose letter stands at a position, or null where it is plainly none. */
  static Mark at(Shadow cell, int letter) {
    char c = cell.at(letter);
    boolean lower = c >= 'a';
    int value = lower ? c - 'a' : c - 'A';
    if (value < 0 || value >= LETTERS) {
      return null;
    }
    if (Glyphs.isLatin(cell.at(letter - 1))) {
      return lower ? null : inWord(cell, value, letter);
    }
    int before = cell.visibleBefore(letter);
    char left = before < 0 ? '\n' : cell.at(before);
    int right = cell.skipSpaces(letter + 1);
    char next = cell.at(right);
    if ((left == '(' || left == '[') && letter - before <= 3) {
      if (next != ')' && next != ']') {
        return null;
      }
      double off = Place.of(cell, before) == Place.HAN ? -1 : 0.3;
      int end = cell.skipSpaces(right + 1);
      boolean further = Signs.isPoint(cell.at(end)) && cell.at(end + 1) != '.';
      return mark(cell, value, before, further ? end : right + 1, lower, Mark.Style.BRACKET, off);
    }
    if (Signs.isStop(next) && right - letter <= 4) {
      return delimited(cell, value, letter, right, lower);
    }
    if (lower) {
      return null;
    }
    Place place = Place.of(cell, letter);
    if (place != Place.LINE && place != Place.WIDE_GAP) {
      return null;
    }
    if (next == '\n') {
      return mark(cell, value, letter, right, false, Mark.Style.BARE, -2);
    }
    if (right > letter + 1) {
      return bareBeforeGap(cell, value, letter, right);
    }
    if (Glyphs.isHan(next)) {
      double off = "项股型级超座栋班组市省国".indexOf(next) >= 0 ? -5 : -2.5;
      return mark(cell, value, letter, right, false, Mark.Style.BARE, off);
    }
    boolean quote = "“\"《‘「①②③④⑤".indexOf(next) >= 0;
    return quote ? mark(cell, value, letter, right, false, Mark.Style.BARE, -2) : null;
  }

  /** A capital at the end of a word, as in {@code A.DNAB.GDP}: a marker only where all is glued. */
  private static Mark inWord(Shadow cell, int value, int letter) {
    int right = cell.skipSpaces(letter + 1);
    char next = cell.at(right);
    if (".、:)。,".indexOf(next) < 0) {
      return null;
    }
    int text = cell.skipBlanks(right + 1);
    return new Mark(
        false,
        value,
        letter,
        text,
        IN_WORD,
        next == '.' ? Mark.Style.POINT : next == ')' ? Mark.Style.BRACKET : Mark.Style.PAUSE,
        Place.WORD,
        false,
        Mark.Fit.UNKNOWN,
        IN_WORD);
  }

  private static Mark bareBeforeGap(Shadow cell, int value, int letter, int right) {
    boolean article = value == 0 && Character.isLowerCase(cell.at(right)) && right == letter + 2;
    return mark(cell, value, letter, right, false, Mark.Style.BARE, article ? -3.5 : -1.8);
  }

  private static Mark delimited(Shadow cell, int value, int letter, int at, boolean lower) {
    char delimiter = cell.at(at);
    char direct = cell.at(at + 1);
    double off =
        switch (delimiter) {
          case '.', '、', ')' -> 0;
          case ':' -> -0.2;
          case ',', '。' -> -0.8;
          default -> -1.2;
        };
    Place place = Place.of(cell, letter);
    boolean clear = place == Place.LINE || place == Place.WIDE_GAP;
    if (place == Place.HAN && delimiter != '.') {
      off -= delimiter == '、' || delimiter == ':' ? 1.3 : 2;
    }
    if (delimiter == ',' && !clear) {
      off -= 3;
    }
    if (delimiter == ')' && !clear && hasOpenBracket(cell, letter)) {
      off -= 4;
    }
    if (delimiter == '.') {
      off += Initials.penalty(cell, letter, at);
    } else if (delimiter == '、' && isListed(cell, cell.at(letter), at + 1)) {
      boolean apart = place != Place.HAN && place != Place.LIST && place != Place.WORD;
      off -= apart ? 1 : 4;
    }
    if (delimiter == ':' && direct == '/') {
      off -= 5;
    }
    var style =
        delimiter == '.'
            ? Mark.Style.POINT
            : delimiter == ')' ? Mark.Style.BRACKET : Mark.Style.PAUSE;
    return mark(cell, value, letter, at + 1, lower, style, place, off);
  }

  /** True where a line break tore a name such as Plan B apart. */
  static boolean isTornName(Shadow cell, int start) {
    int end = cell.trimmed(0, start);
    return Glyphs.isLatin(cell.at(end - 1)) && WordEnds.TORN.before(cell, end);
  }

  private static boolean isListed(Shadow cell, char letter, int at) {
    char next = cell.at(cell.skipSpaces(at));
    char after = cell.at(cell.skipSpaces(at) + 1);
    return next > letter && next <= 'H' && (after == '、' || Glyphs.isHan(after));
  }

  private static boolean hasOpenBracket(Shadow cell, int letter) {
    for (int p = letter - 1; p >= 0 && letter - p < 40 && cell.at(p) != '\n'; p--) {
      if (cell.at(p) == ')') {
        return false;
      }
      if (cell.at(p) == '(') {
        return true;
      }
    }
    return false;
  }

  private static Mark mark(
      Shadow cell, int value, int start, int end, boolean lower, Mark.Style shape, double off) {
    return mark(cell, value, start, end, lower, shape, Place.of(cell, start), off);
  }

  private static Mark mark(
      Shadow cell,
      int value,
      int start,
      int end,
      boolean lower,
      Mark.Style shape,
      Place place,
      double off) {
    double gain =
        switch (place) {
          case LINE -> 4;
          case WIDE_GAP -> 3.2;
          case SENTENCE_GAP -> WordEnds.TITLES.shortenedBefore(cell, start) ? -2.5 : 2.5;
          case GAP -> WordEnds.NAMED.before(cell, start) ? -1.2 : 1.4;
          case SENTENCE -> 2;
          case HAN -> 0.8;
          case LIST -> -0.5;
          case OTHER -> 0;
          case WORD -> shape == Mark.Style.BRACKET ? 0 : -1;
        };
    if (place == Place.LINE && isTornName(cell, start)) {
      gain -= 2;
    }
    if (place == Place.WIDE_GAP
        && shape == Mark.Style.POINT
        && WordEnds.NAMED.before(cell, start)) {
      gain -= 3.3;
    }
    Mark.Style style = shape;
    if (lower) {
      gain -= 0.5;
      style = shape == Mark.Style.BRACKET ? Mark.Style.LOWER_BRACKET : Mark.Style.LOWER_POINT;
    }
    int text = cell.skipBlanks(delimiters(cell, end));
    return new Mark(
        false, value, start, text, gain + off, style, place, false, Mark.Fit.UNKNOWN, gain + off);
  }

  private static int delimiters(Shadow cell, int from) {
    int end = from;
    while (end - from < 3 && Signs.isPoint(cell.at(end))) {
      end++;
    }
    return end - from > 1 ? from : end;
  }
}
