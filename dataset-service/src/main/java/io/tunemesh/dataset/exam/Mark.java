package io.tunemesh.dataset.exam;

/**
 * A place that may begin a question or an option.
 *
 * @param question true for a question number, false for an option letter
 * @param value the number, or the letter counted from 0 for A
 * @param start where the marker begins
 * @param end where the text after it begins
 * @param gain how much it looks like a marker; below zero it looks like a part of the text
 * @param style how it is written
 * @param place what stands before it
 * @param opening true where it stands right behind another marker and so opens that one's text
 * @param plainGain the gain before the habit of the cell was weighed in
 * @param fit whether it is written as the others of its cell are
 */
record Mark(
    boolean question,
    int value,
    int start,
    int end,
    double gain,
    Style style,
    Place place,
    boolean opening,
    Fit fit,
    double plainGain) {

  /** Whether a marker is written as the others of its cell are. */
  enum Fit {
    UNKNOWN,
    HABITUAL,
    STRANGE
  }

  enum Style {
    POINT,
    PAUSE,
    BRACKET,
    WORD,
    BARE,
    LOWER_POINT,
    LOWER_BRACKET;

    boolean lower() {
      return this == LOWER_POINT || this == LOWER_BRACKET;
    }
  }

  /** The same place, taken for the first words of the text before it. */
  Mark asOpening() {
    return new Mark(question, value, start, end, gain - 3, style, place, true, fit, plainGain);
  }

  Mark habitual(double more) {
    return new Mark(
        question, value, start, end, gain + more, style, place, opening, Fit.HABITUAL, gain);
  }

  /** Written in the form of its cell, but set otherwise. */
  Mark unlike(double less) {
    return new Mark(question, value, start, end, gain - less, style, place, opening, fit, gain);
  }

  Mark strange(double less) {
    return new Mark(
        question, value, start, end, gain - less, style, place, opening, Fit.STRANGE, gain);
  }

  boolean isStrange() {
    return fit == Fit.STRANGE;
  }

  /** True at the start of a line and behind a wide gap, where nothing stands by chance. */
  boolean isClear() {
    return place == Place.LINE || place == Place.WIDE_GAP;
  }

  /** Consistent with equals, and made of the two fields that tell nearly all marks apart. */
  @Override
  public int hashCode() {
    return 31 * start + value;
  }

  char letter() {
    return (char) ('A' + value);
  }
}
