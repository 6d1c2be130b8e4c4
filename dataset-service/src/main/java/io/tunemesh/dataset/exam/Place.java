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
}
