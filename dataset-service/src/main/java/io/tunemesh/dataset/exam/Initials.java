package io.tunemesh.dataset.exam;

/** Tells the letters of names and abbreviations, such as D.C. or A. J. Cronin, from markers. */
final class Initials {
  private Initials() {}

  /** Letters with points in a row are initials or an abbreviation: {@code D.C.}, {@code U.S.A.} */
  static double penalty(Shadow cell, int letter, int point) {
    double off = 0;
    if (cell.typed(point) != '.') {
      return off;
    }
    char next = cell.at(point + 1);
    char afterNext = cell.at(point + 2);
    boolean article = next == 'A' && afterNext == ' ';
    if (Glyphs.isLatin(next)
        && !Glyphs.isLatin(afterNext)
        && (next != 'I' || afterNext == '.')
        && !article) {
      boolean noun = Glyphs.isHan(afterNext) || Glyphs.isDigit(afterNext) || afterNext == '-';
      Place place = Place.of(cell, letter);
      boolean clear = place == Place.LINE || place == Place.WIDE_GAP || place == Place.SENTENCE_GAP;
      int before = cell.visibleBefore(letter);
      boolean placed = before >= 0 && cell.at(before) == ',';
      boolean abbreviation = afterNext == '.' && (placed || isAbbreviationEnd(cell, point + 3));
      off -= abbreviation ? 4 : noun || clear || afterNext == '.' ? 0.5 : 3;
    }
    boolean spaced = next == ' ' && Character.isUpperCase(afterNext) && cell.at(point + 3) == '.';
    boolean further =
        cell.at(point + 4) == ' '
            && Character.isUpperCase(cell.at(point + 5))
            && cell.at(point + 6) == '.';
    boolean tight = Glyphs.isLatin(next) && afterNext == '.';
    if ((spaced && !further || tight) && Place.of(cell, letter) == Place.GAP) {
      off -= 1.5;
    }
    if (cell.at(letter - 1) == '.' && isShortCapital(cell, letter - 2)) {
      off -= 4;
    }
    int initial = letter - 2;
    if (cell.at(letter - 1) == ' '
        && cell.at(initial) == '.'
        && isSingleCapital(cell, initial - 1)) {
      off -= 0.8;
    }
    return off;
  }

  /** True for the first initial of a name in the middle of a sentence, as in by A. J. Cronin. */
  static boolean isInitialOfName(Shadow cell, Mark mark) {
    int p = mark.start() - 1;
    while (p >= 0 && Shadow.isBlank(cell.at(p))) {
      p--;
    }
    int next = mark.end();
    return mark.style() == Mark.Style.POINT
        && Character.isLowerCase(cell.at(p))
        && cell.typed(mark.start() + 1) == '.'
        && Character.isUpperCase(cell.at(next))
        && cell.at(next + 1) == '.'
        && cell.at(next + 2) == ' ';
  }

  /**
   * True for one of two or more capitals with plain points in a row, such as A. J. Cronin or D.C.,
   * and for one that follows a title. The first of a row counts only behind a word, not behind
   * another sentence.
   */
  static boolean isAmongInitials(Shadow cell, Mark mark) {
    int letter = mark.start();
    if (mark.style() != Mark.Style.POINT
        || cell.typed(letter + 1) != '.'
        || cell.at(letter - 1) == '\n') {
      return false;
    }
    int before = cell.at(letter - 1) == ' ' ? letter - 2 : letter - 1;
    if (cell.typed(before) == '.' && isInitial(cell, before - 1)) {
      return true;
    }
    int next = next(cell, letter);
    if (before < letter - 1
        && Character.isUpperCase(cell.at(next))
        && WordEnds.TITLES.shortenedBefore(cell, letter)) {
      return true;
    }
    boolean behindWord =
        Character.isLowerCase(cell.at(before))
            || cell.at(before) == ','
            || cell.startsWith("e.g.", before - 3)
            || cell.startsWith("i.e.", before - 3);
    return behindWord && isFollowedByInitial(cell, letter);
  }

  /** True where another capital with a plain point follows one. */
  static boolean isFollowedByInitial(Shadow cell, int letter) {
    int next = next(cell, letter);
    return isInitial(cell, next) && cell.typed(next + 1) == '.';
  }

  private static boolean isInitial(Shadow cell, int at) {
    return Character.isUpperCase(cell.at(at)) && isSingleCapital(cell, at);
  }

  private static int next(Shadow cell, int letter) {
    return cell.at(letter + 2) == ' ' ? letter + 3 : letter + 2;
  }

  /** True after {@code D.C} where no name goes on: the letters are an abbreviation. */
  private static boolean isAbbreviationEnd(Shadow cell, int after) {
    char next = cell.at(cell.skipSpaces(after));
    return !Character.isUpperCase(next);
  }

  private static boolean isSingleCapital(Shadow cell, int at) {
    return Glyphs.isLatin(cell.at(at)) && !Glyphs.isLatin(cell.at(at - 1));
  }

  /** True for the end of a shortened word such as {@code D} or {@code Ph}. */
  private static boolean isShortCapital(Shadow cell, int at) {
    int begin = at;
    while (Glyphs.isLatin(cell.at(begin - 1)) && at - begin < 2) {
      begin--;
    }
    return Glyphs.isLatin(cell.at(begin))
        && !Glyphs.isLatin(cell.at(begin - 1))
        && (begin == at || Character.isUpperCase(cell.at(begin)) && at - begin < 2);
  }
}
