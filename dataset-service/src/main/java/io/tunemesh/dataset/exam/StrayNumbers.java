package io.tunemesh.dataset.exam;

import java.util.List;

/** Refuses a cell in which a number that was not taken for a question's looks like one. */
final class StrayNumbers {
  private final Shadow cell;
  private final List<Mark> marks;
  private final List<Mark> used;

  private StrayNumbers(Shadow cell, List<Mark> marks, List<Mark> used) {
    this.cell = cell;
    this.marks = marks;
    this.used = used;
  }

  static void check(Shadow cell, List<Mark> marks, List<Mark> used) throws Refusing {
    new StrayNumbers(cell, marks, used).checkNumbersOnce();
  }

  /** The first question's number must not begin a line before it as well. */
  static void checkBefore(List<Mark> marks, Mark first) throws Refusing {
    int letters = 0;
    for (Mark mark : marks) {
      if (!mark.question() && mark.start() < first.start() && mark.gain() >= -1) {
        letters |= 1 << mark.value();
      }
      boolean same = mark.question() && first.question() && mark.value() == first.value();
      if (same && mark.start() < first.start() && mark.place() == Place.LINE && mark.gain() >= 2) {
        throw Refusing.options(
            Refusal.NUMBER_REPEATED,
            "question number %d stands twice; number the questions anew",
            mark.value());
      }
    }
    if (Integer.bitCount(letters & 15) > 2) {
      throw Refusing.options(
          Refusal.UNNUMBERED_QUESTION,
          "there are options before question %d; write the number of their question before it",
          first.value());
    }
  }

  /** A number typed like those used must not repeat one of them, nor be left out of their row. */
  private void checkNumbersOnce() throws Refusing {
    int taken = 0;
    for (Mark mark : marks) {
      if (taken < used.size() && used.get(taken) == mark) {
        taken++;
        continue;
      }
      if (!mark.question()) {
        continue;
      }
      if (mark.fit() == Mark.Fit.HABITUAL) {
        throw Refusing.options(
            Refusal.OPTIONS_AMBIGUOUS,
            "the number %d counts on from the one before it, but no whole question begins there",
            mark.value());
      }
      boolean placed =
          switch (mark.place()) {
            case LINE, WIDE_GAP -> mark.plainGain() >= 0.5;
            case SENTENCE_GAP, SENTENCE, HAN -> mark.plainGain() >= -0.3;
            case GAP -> mark.plainGain() >= 0.3 && beginsWords(mark);
            default -> false;
          };
      Mark same = question(mark.value());
      boolean again = same != null && same.style() == mark.style();
      if (placed && !mark.isStrange() && again && !isSubQuestion(mark)) {
        throw Refusing.options(
            Refusal.NUMBER_REPEATED,
            "question number %d stands twice; number the questions anew",
            mark.value());
      }
    }
  }

  /** The question that has a number, or null. */
  private Mark question(int number) {
    Mark question = null;
    for (Mark mark : used) {
      question = mark.question() && mark.value() == number ? mark : question;
    }
    return question;
  }

  /** True where a new sentence, and no marker, follows a number. */
  private boolean beginsWords(Mark mark) {
    char next = cell.at(mark.end());
    boolean marker = used.stream().anyMatch(u -> u.start() == mark.end());
    return !marker && (Character.isUpperCase(next) || Glyphs.isHan(next));
  }

  /** True for one of the parts (1), (2) of a question that asks for words. */
  private boolean isSubQuestion(Mark mark) {
    int from = 0;
    int to = cell.length();
    boolean choice = false;
    for (Mark other : used) {
      if (other.start() < mark.start()) {
        from = other.question() ? other.end() : from;
        choice = !other.question();
      } else {
        to = other.start();
        choice |= !other.question();
        break;
      }
    }
    int last = 0;
    for (Mark other : marks) {
      if (other.question()
          && other.start() >= from
          && other.start() < to
          && other.style() == mark.style()
          && other.value() == last + 1) {
        last++;
      }
    }
    return !choice && last >= 2 && mark.value() <= last;
  }
}
