package io.tunemesh.dataset.exam;

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

  /** The lower-case Latin word that ends before a position, or an empty string. */
  static String wordBefore(Shadow cell, int start) {
    int end = start;
    while (end > 0 && (cell.at(end - 1) == ' ' || cell.at(end - 1) == '.')) {
      end--;
    }
    int begin = end;
    while (begin > 0 && end - begin < 16 && Glyphs.isLatin(cell.at(begin - 1))) {
      begin--;
    }
    return cell.plain(begin, end).toLowerCase(java.util.Locale.ROOT);
  }
}
