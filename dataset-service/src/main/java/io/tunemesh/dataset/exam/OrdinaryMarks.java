package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the cells of which nothing has to be weighed: everything in them that may be a marker is
 * one beyond doubt, and they count up and complete A to D in one form. There the habit of the cell
 * changes no mark for the worse, no mark is left over that could be stray, and {@link PlainReading}
 * would take them all.
 *
 * <p>What may be a marker but is certainly text may stand in such a cell: a number that no habit
 * makes likely; a bare letter that opens the text behind a wide marker, as in {@code B.<tab>A
 * Journey}; and a letter among words, as in {@code vitamin B: }. The letters are written as none of
 * the markers is, so they are never one of them.
 */
final class OrdinaryMarks {
  private static final int ALL = 15;

  /** Fewer letters make no set A to D of their own, and no options of an open question. */
  private static final int MOST_BESIDE = 3;

  /**
   * The gain from which one letter of a set is taken at a clear place though it may be a name, as
   * in {@code Choice<tab>C.}: no other letter can stand for it, and no set is whole without it.
   */
  private static final double ALONE = -0.5;

  private final Shadow cell;
  private final List<Mark> marks;
  private final List<Mark> beside = new ArrayList<>(MOST_BESIDE);
  private Mark question;
  private Mark letter;
  private char form;
  private boolean spaced;
  private char point;
  private boolean inLines = true;
  private boolean uneven;

  private OrdinaryMarks(Shadow cell, int size) {
    this.cell = cell;
    this.marks = new ArrayList<>(size);
  }

  /** The markers of a cell where they are, as they are, the only reading of it; else none. */
  static List<Mark> in(Shadow cell, List<Mark> all) {
    var ordinary = new OrdinaryMarks(cell, all.size());
    for (int i = 0; i < all.size(); i++) {
      ordinary.take(all, i);
    }
    return ordinary.hold() ? ordinary.marks : List.of();
  }

  private void take(List<Mark> all, int index) {
    Mark mark = all.get(index);
    if (mark.question()) {
      if (mark.gain() > QuestionMarks.UNLIKELY) {
        marks.add(mark);
      }
    } else if (isAmongWords(mark) || index > 0 && opens(all, index)) {
      beside.add(mark);
    } else {
      marks.add(mark);
    }
  }

  private static boolean isAmongWords(Mark mark) {
    return !mark.isClear() && mark.gain() - Habit.LOSS <= QuestionMarks.UNLIKELY;
  }

  private static boolean opens(List<Mark> all, int index) {
    Mark mark = all.get(index);
    return mark.style() == Mark.Style.BARE
        && mark.place() == Place.WIDE_GAP
        && mark.value() < 4
        && mark.start() == all.get(index - 1).end()
        && (index + 1 == all.size() || mark.end() < all.get(index + 1).start())
        && mark.gain() < PlainReading.NONE + Habit.LOSS;
  }

  private boolean hold() {
    int at = 0;
    while (at < marks.size()) {
      Mark next = marks.get(at);
      if (!next.question() || !isCertain(at) || question != null && !follows(next)) {
        return false;
      }
      question = next;
      at++;
      if (at < marks.size() && !marks.get(at).question()) {
        if (!isWhole(at)) {
          return false;
        }
        at += 4;
      }
    }
    return letter != null && (!uneven || inLines) && isNoneBeside();
  }

  private boolean isNoneBeside() {
    for (Mark mark : beside) {
      if (Habit.form(cell, mark) == form) {
        return false;
      }
    }
    return beside.size() <= MOST_BESIDE;
  }

  private boolean follows(Mark next) {
    return next.value() == question.value() + 1
        && next.style() == question.style()
        && Habit.form(cell, next) == Habit.form(cell, question);
  }

  /** True for A to D from an index on, A first, in the form of all letters of the cell. */
  private boolean isWhole(int from) {
    if (from + 4 > marks.size() || marks.get(from).value() != 0) {
      return false;
    }
    int seen = 0;
    int alone = 0;
    for (int i = from; i < from + 4; i++) {
      Mark mark = marks.get(i);
      if (mark.question() || mark.value() > 3 || !isAlike(mark)) {
        return false;
      }
      if (!isCertain(i)) {
        alone += mark.style() != Mark.Style.BARE && isClear(i, ALONE) ? 1 : 2;
      }
      seen |= 1 << mark.value();
    }
    return seen == ALL && alone < 2;
  }

  private boolean isAlike(Mark mark) {
    char own = Habit.form(cell, mark);
    if (letter == null) {
      letter = mark;
      form = own;
      spaced = Habit.isSpaced(cell, mark);
      point = Habit.point(cell, mark);
    }
    inLines &= mark.place() == Place.LINE;
    uneven |= Habit.isSpaced(cell, mark) != spaced || Habit.point(cell, mark) != point;
    return mark.style() == letter.style() && own == form && !Initials.isAmongInitials(cell, mark);
  }

  private boolean isCertain(int index) {
    return isClear(index, PlainReading.CLEAR);
  }

  /** True for a mark at a clear place, of some gain, with words behind it. */
  private boolean isClear(int index, double gain) {
    Mark mark = marks.get(index);
    int end = index + 1 < marks.size() ? marks.get(index + 1).start() : cell.length();
    return mark.isClear() && mark.gain() >= gain && mark.end() < end;
  }
}
