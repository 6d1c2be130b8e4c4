package io.tunemesh.dataset.exam;

import java.util.regex.Pattern;

/** Refuses a question whose stem is none, lacks its options, or runs on into another question. */
final class StemCheck {
  /** How a Chinese paper asks for one of the options. */
  private static final Pattern ASKS_FOR_ONE =
      Pattern.compile("的一(项|组)(是|为)|的一(项|组|句|个)[\\s（()）_]*(\\d分[)）])?$");

  /** Words, a score, and words again: the end of one question and the beginning of the next. */
  private static final Pattern TWO_QUESTIONS =
      Pattern.compile(
          "[\\p{L}？。?]\\s?[（(]\\d{1,2}\\s?分[）)]\\s?(\\d{1,3}\\s?[：:．.、)）])?\\s?[\\p{L}“《]{4}");

  /** The unit of the score, its bracket and the four characters that such a match ends with. */
  private static final int SHORTEST_AFTER_SCORE = 6;

  private StemCheck() {}

  static void check(Shadow cell, int number, String stem, boolean choice) throws Refusing {
    if (!OptionReader.hasWords(stem)) {
      throw OptionReader.refuse(
          Refusal.NO_STEM, "question %d has no words before its options", number);
    }
    if (!choice && stem.contains("的一") && ASKS_FOR_ONE.matcher(stem).find()) {
      throw OptionReader.refuse(
          Refusal.OPTION_MISSING, "question %d asks for one of its options but has none", number);
    }
    if (choice && goesOnAfterScore(cell, stem)) {
      throw OptionReader.refuse(
          Refusal.UNNUMBERED_QUESTION,
          "the words of question %d go on after its score; number the question that begins there",
          number);
    }
  }

  private static boolean goesOnAfterScore(Shadow cell, String stem) {
    int unit = cell.tally().holds(Glyphs.SCORE) ? stem.indexOf('分') : -1;
    while (unit >= 0 && stem.length() - unit >= SHORTEST_AFTER_SCORE) {
      if (isCounted(stem, unit)) {
        return TWO_QUESTIONS.matcher(stem).find();
      }
      unit = stem.indexOf('分', unit + 1);
    }
    return false;
  }

  /** True where a digit stands before the unit of a score, perhaps with a blank between them. */
  private static boolean isCounted(String stem, int unit) {
    int last = unit > 1 && stem.charAt(unit - 1) <= ' ' ? unit - 2 : unit - 1;
    return last >= 0 && Glyphs.isDigit(stem.charAt(last));
  }
}
