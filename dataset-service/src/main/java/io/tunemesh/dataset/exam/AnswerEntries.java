package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/** Finds what may be an answer in an answers cell: {@code 1. D}, {@code 1-3 DCB}, {@code 1D2C}. */
final class AnswerEntries {
  private static final WordList LABELS =
      WordList.of(
          "[答案]",
          "正确答案",
          "参考答案",
          "答案",
          "应选",
          "故选",
          "选择",
          "选",
          "为",
          "是",
          "[详解]",
          "详解",
          "小题",
          "题",
          "the answer is",
          "answers",
          "answer",
          "keys",
          "key",
          "is");

  /** What parts a number from its answer, besides labels. */
  private static final CharClass FILLING = CharClass.of(".、):,]。;-=([|→~");

  /** What stands behind a number that is answered in words. */
  private static final CharClass BEFORE_WORDS = CharClass.of(".、):,]。题小(");

  private static final double UNLIKELY = -3;

  private AnswerEntries() {}

  static List<AnswerEntry> in(Shadow cell) {
    var entries = new ArrayList<AnswerEntry>();
    int answered = -1;
    for (int i = cell.begin(0); i >= 0; i = cell.begin(i + 1)) {
      if (!Glyphs.isDigit(cell.at(i))) {
        continue;
      }
      AnswerEntry entry = at(cell, i, answered);
      if (entry != null) {
        entries.add(entry);
        if (!entry.letters().isEmpty()) {
          answered = entry.end();
        }
        i = entry.isRun() ? Math.max(i, entry.end() - 1) : i;
      }
    }
    return entries;
  }

  /**
   * What digits at a position may answer, or null where they are plainly no number of a question.
   *
   * @param answered the end of the answer before it, or -1
   */
  static AnswerEntry at(Shadow cell, int digits, int answered) {
    AnswerEntry entry = whole(cell, digits, answered);
    return entry == null || entry.gain() <= UNLIKELY ? null : entry;
  }

  private static AnswerEntry whole(Shadow cell, int digits, int answered) {
    int after = digits;
    int number = 0;
    while (Glyphs.isDigit(cell.at(after)) && after - digits < 4) {
      number = number * 10 + cell.at(after) - '0';
      after++;
    }
    char direct = cell.at(digits - 1);
    boolean decimal = (direct == '.' || direct == ',') && Glyphs.isDigit(cell.at(digits - 2));
    boolean inWord = Glyphs.isLatin(direct) && answered != digits && !isPrefix(cell, digits);
    if (after - digits > 3 || number < 1 || number > NumberMarks.HIGHEST || decimal || inWord) {
      return null;
    }
    int start = start(cell, digits);
    double gain = AnswerPlace.gain(cell, start, answered);
    AnswerEntry run = AnswerRuns.at(cell, number, start, after, gain);
    if (run != null) {
      return run;
    }
    int from = filler(cell, after);
    int letter = from;
    while (Glyphs.isLatin(cell.at(letter))) {
      letter++;
    }
    int length = letter - from;
    if (length > 0 && length <= 4 && isAnswerWord(cell, from, letter)) {
      double fit = length == 1 ? AnswerFit.of(cell, from) : cell.at(from) >= 'a' ? -9 : 0;
      if (from == after && length == 1) {
        fit -= 0.3;
      }
      if (fit > -3.5) {
        String letters = cell.plain(from, letter).toUpperCase(java.util.Locale.ROOT);
        return new AnswerEntry(number, number, start, letter, letters, gain + fit);
      }
    }
    return words(cell, number, start, after, gain);
  }

  /** True for capitals A to H, or small letters a to d. */
  private static boolean isAnswerWord(Shadow cell, int from, int to) {
    boolean lower = cell.at(from) >= 'a';
    for (int p = from; p < to; p++) {
      char c = cell.at(p);
      if (lower ? c < 'a' || c > 'd' : c < 'A' || c > 'H') {
        return false;
      }
    }
    return true;
  }

  /** A number that is followed by words: a short answer, or an explanation. */
  private static AnswerEntry words(Shadow cell, int number, int start, int after, double gain) {
    int mark = cell.skipSpaces(after);
    char delimiter = cell.at(mark);
    boolean delimited = BEFORE_WORDS.holds(delimiter);
    boolean decimal = Glyphs.isDigit(cell.at(mark + 1)) && mark == after;
    if (!delimited
        || decimal
        || delimiter == '(' && Glyphs.isDigit(cell.at(mark + 1)) && gain < 2) {
      return null;
    }
    return new AnswerEntry(number, number, start, mark + 1, "", gain);
  }

  private static boolean isPrefix(Shadow cell, int digits) {
    return Character.toLowerCase(cell.at(digits - 1)) == 'q'
        && !Glyphs.isLatin(cell.at(digits - 2));
  }

  /** Steps back over what belongs to a number: 第, a bracket, Q, Question. */
  static int start(Shadow cell, int digits) {
    int start = digits;
    for (int step = 0; step < 3; step++) {
      int p = cell.visibleBefore(start);
      char c = p < 0 ? '\n' : cell.at(p);
      if (c == '第' || c == '(' || c == '[' || c == '题' && Place.of(cell, p) == Place.LINE) {
        start = p;
      } else if (c == 'Q' && !Glyphs.isLatin(cell.at(p - 1))) {
        start = p;
      } else if (p >= 7 && cell.startsWith("question", p - 7)) {
        start = p - 7;
      } else {
        break;
      }
    }
    return start;
  }

  /** Steps over delimiters and labels between a number and its answer. */
  static int filler(Shadow cell, int from) {
    int p = from;
    int limit = from + 24;
    while (p < limit) {
      char c = cell.at(p);
      int score = c == '(' ? Trailing.scoreEnd(cell, p + 1) : -1;
      if (score > 0) {
        p = score;
        continue;
      }
      if (p < cell.length() && (Shadow.isBlank(c) || FILLING.holds(c))) {
        p++;
        continue;
      }
      int label = LABELS.endAt(cell, p);
      if (label < 0) {
        break;
      }
      p = label;
    }
    return p;
  }
}
