package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the cells of which nothing has to be weighed: everything in them that may be a marker is
 * one beyond doubt, and they count up and complete A to D in one form. There the habit of the cell
 * changes no mark for the worse, no mark is left over that could be stray, and {@link PlainReading}
 * would take them all.
 *
 * <p>A bare letter that opens the text behind a wide marker, as in {@code B.<tab>A Journey}, may
 * stand in such a cell: it is written as none of the markers is, so it is never one of them, and a
 * text may begin with it.
 */
final class OrdinaryMarks {
  private static final int ALL = 15;

  /** Fewer letters make no set A to D of their own, and no options of an open question. */
  private static final int MOST_OPENING = 2;

  private final Shadow cell;
  private final List<Mark> marks;
  private Mark question;
  private Mark letter;
  private char form;
  private boolean spaced;
  private char point;
  private boolean inLines = true;
  private boolean uneven;

  private OrdinaryMarks(Shadow cell, List<Mark> marks) {
    this.cell = cell;
    this.marks = marks;
  }

  /** The markers of a cell where they are, as they are, the only reading of it; else none. */
  static List<Mark> in(Shadow cell, List<Mark> all) {
    List<Mark> markers = withoutOpening(all);
    return new OrdinaryMarks(cell, markers).hold(markers.size() < all.size()) ? markers : List.of();
  }

  private static List<Mark> withoutOpening(List<Mark> all) {
    int opening = 0;
    for (int i = 1; i < all.size(); i++) {
      opening += opens(all, i) ? 1 : 0;
    }
    if (opening == 0 || opening > MOST_OPENING) {
      return all;
    }
    var markers = new ArrayList<Mark>(all.size());
    for (int i = 0; i < all.size(); i++) {
      if (i == 0 || !opens(all, i)) {
        markers.add(all.get(i));
      }
    }
    return markers;
  }

  private static boolean opens(List<Mark> all, int index) {
    Mark mark = all.get(index);
    return !mark.question()
        && mark.style() == Mark.Style.BARE
        && mark.place() == Place.WIDE_GAP
        && mark.value() < 4
        && mark.start() == all.get(index - 1).end()
        && (index + 1 == all.size() || mark.end() < all.get(index + 1).start())
        && mark.gain() < PlainReading.NONE + Habit.LOSS;
  }

  private boolean hold(boolean opening) {
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
    return letter != null
        && (!uneven || inLines)
        && !(opening && letter.style() == Mark.Style.BARE);
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
    for (int i = from; i < from + 4; i++) {
      Mark mark = marks.get(i);
      if (mark.question() || mark.value() > 3 || !isCertain(i) || !isAlike(mark)) {
        return false;
      }
      seen |= 1 << mark.value();
    }
    return seen == ALL;
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

  /** True for a clear mark with words behind it. */
  private boolean isCertain(int index) {
    Mark mark = marks.get(index);
    int end = index + 1 < marks.size() ? marks.get(index + 1).start() : cell.length();
    return mark.isClear() && mark.gain() >= PlainReading.CLEAR && mark.end() < end;
  }
}
