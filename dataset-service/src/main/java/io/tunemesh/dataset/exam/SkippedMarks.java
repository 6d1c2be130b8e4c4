package io.tunemesh.dataset.exam;

import java.util.BitSet;
import java.util.List;

/**
 * Refuses a question that holds marks which the reading left out though they are typed as marks.
 */
final class SkippedMarks {
  private final List<Mark> marks;
  private final StrayLetters letters;

  SkippedMarks(Shadow cell, List<Mark> marks) {
    this.marks = marks;
    this.letters = new StrayLetters(cell, marks);
  }

  /**
   * Checks one question.
   *
   * @param part its number and its letters
   * @param end where the next question begins
   * @param numbers the numbers of the questions up to this one
   */
  void check(List<Mark> part, int end, BitSet numbers) throws Refusing {
    int number = part.getFirst().value();
    boolean choice = part.size() > 1;
    int offered = 0;
    for (Mark mark : marks) {
      if (mark.start() <= part.getFirst().start() || mark.start() >= end) {
        continue;
      }
      boolean strange = mark.isStrange() && mark.plainGain() < (mark.question() ? 1.6 : 0.8);
      if (choice && !part.contains(mark) && letters.doubles(mark, part)) {
        throw Refusing.options(
            Refusal.OPTION_REPEATED,
            "the letter %s stands twice among the options of question %d",
            mark.letter(),
            number);
      }
      if (part.contains(mark) || strange || mark.isStrange() && !letters.hasText(mark, part)) {
        continue;
      }
      boolean typed = mark.gain() >= (mark.fit() == Mark.Fit.HABITUAL ? 0 : 0.8);
      if (!choice && !mark.question() && typed) {
        offered |= 1 << mark.value();
      }
      if (!mark.question() && letters.isStray(mark, part)) {
        throw Refusing.options(
            choice ? Refusal.OPTION_REPEATED : Refusal.OPTION_MISSING,
            choice
                ? "option %s begins two lines of question %d"
                : "a line begins with option %s in question %d, which has no other options",
            mark.letter(),
            number);
      }
      if (mark.question()) {
        checkNumber(mark, part, end, numbers);
      }
    }
    if (Integer.bitCount(offered) > 1) {
      throw Refusing.options(
          Refusal.OPTION_MISSING, "question %d does not have the options A to D", number);
    }
  }

  private void checkNumber(Mark mark, List<Mark> part, int end, BitSet numbers) throws Refusing {
    int number = part.getFirst().value();
    boolean choice = part.size() > 1;
    int optionsFrom = choice ? part.get(1).start() : end;
    boolean near = mark.value() > number && mark.value() <= number + 5;
    boolean suspect = near || numbers.get(mark.value());
    if (choice && mark.end() == optionsFrom && mark.gain() >= 0.5) {
      throw Refusing.options(
          Refusal.NO_STEM, "question %d has no words before its options", mark.value());
    }
    if (mark.value() == number && mark.place() == Place.LINE && mark.gain() >= 2) {
      throw Refusing.options(
          Refusal.NUMBER_REPEATED, "question number %d begins two lines", number);
    }
    double least = mark.place() == Place.LINE ? 0 : 1.5;
    if (suspect
        && mark.gain() >= least
        && mark.start() > optionsFrom
        && (!letters.opens(mark, part) || letters.hasText(mark, part))) {
      throw Refusing.options(
          numbers.get(mark.value()) ? Refusal.NUMBER_REPEATED : Refusal.UNNUMBERED_QUESTION,
          "the number %d within the options of question %d looks like another question; check"
              + " that the questions count up by one",
          mark.value(),
          number);
    }
  }
}
