package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds everything in an options cell that may begin a question or an option, in its order. */
final class QuestionMarks {
  /** The gain up to which a mark is not considered. */
  static final double UNLIKELY = -3;

  private static final int LIKELY = 32;

  private QuestionMarks() {}

  static List<Mark> in(Shadow cell) {
    var marks = new ArrayList<Mark>(LIKELY);
    boolean sorted = true;
    int last = 0;
    for (int i = cell.begin(0); i >= 0; i = cell.begin(i + 1)) {
      Mark mark = Glyphs.isDigit(cell.at(i)) ? NumberMarks.at(cell, i) : LetterMarks.at(cell, i);
      if (mark != null) {
        marks.add(mark);
        sorted &= mark.start() >= last;
        last = mark.start();
      }
    }
    if (!sorted) {
      marks.sort(Comparator.comparingInt(Mark::start));
    }
    return marks;
  }

  /** The marks that are likely enough to be considered, with those that open a text marked so. */
  static List<Mark> likely(List<Mark> all) {
    var marks = new ArrayList<Mark>(all);
    marks.removeIf(mark -> mark.gain() <= UNLIKELY);
    Mark before = null;
    for (int i = 0; i < marks.size(); i++) {
      Mark mark = marks.get(i);
      boolean likely = before != null && (before.gain() >= 0 || marks.get(i - 1).opening());
      if (likely && isOpening(before, mark)) {
        marks.set(i, mark.asOpening());
      }
      before = mark;
    }
    return marks;
  }

  /** A letter right behind a letter opens the option's text, as in {@code A. A. Smith}. */
  private static boolean isOpening(Mark before, Mark mark) {
    return before.question() == mark.question()
        && before.end() == mark.start()
        && (mark.question() || mark.style() != Mark.Style.BRACKET)
        && mark.place() != Place.LINE;
  }
}
