package io.tunemesh.dataset.exam;

import java.util.Locale;

/** What stands before a possible marker; the clearer the gap, the likelier it begins something. */
enum Place {
  LINE,
  WIDE_GAP,
  SENTENCE_GAP,
  GAP,
  SENTENCE,
  HAN,
  LIST,
  WORD,
  OTHER;

  static Place of(Shadow cell, int start) {
    char previous = cell.at(start - 1);
    if (previous == '\n') {
      return LINE;
    }
    if (previous == ' ' || previous == '\t') {
      int visible = cell.visibleBefore(start);
      if (visible < 0) {
        return LINE;
      }
      boolean wide = start - visible > 2 || previous == '\t';
      if (wide) {
        return WIDE_GAP;
      }
      return Glyphs.endsSentence(cell.at(visible)) ? SENTENCE_GAP : GAP;
    }
    if (Glyphs.endsSentence(previous)) {
      return SENTENCE;
    }
    if (Glyphs.isHan(previous)) {
      return HAN;
    }
    if (previous == ',' || previous == '、' || previous == ';' || previous == ':') {
      return LIST;
    }
    if (Glyphs.isLatin(previous) || Glyphs.isDigit(previous)) {
      return WORD;
    }
    return OTHER;
  }

  /** The lower-case Latin word that ends before a position, or nothing for a single capital. */
  static String wordBefore(Shadow cell, int start) {
    return word(cell, start, false);
  }

  /** Like {@link #wordBefore}, for a word that is shortened with a point. */
  static String shortenedBefore(Shadow cell, int start) {
    return word(cell, start, true);
  }

  private static String word(Shadow cell, int start, boolean point) {
    int end = start;
    while (end > 0 && (cell.at(end - 1) == ' ' || cell.at(end - 1) == '\t')) {
      end--;
    }
    end -= point && cell.at(end - 1) == '.' ? 1 : 0;
    int begin = end;
    while (begin > 0 && end - begin < 16 && Glyphs.isLatin(cell.at(begin - 1))) {
      begin--;
    }
    boolean capital = end - begin == 1 && cell.at(begin) < 'a';
    if (begin == end || capital || Glyphs.isHan(cell.at(begin - 1))) {
      return "";
    }
    return cell.plain(begin, end).toLowerCase(Locale.ROOT);
  }
}
