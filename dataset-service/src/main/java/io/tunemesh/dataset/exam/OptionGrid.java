package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/**
 * Options that are set off from the text, all in brackets, all by one sign that is no plain point,
 * or all at the start of a line or behind a wide gap, and that are exactly A to D: no other letter
 * can be one of them. The initials of names around such options are then certainly text.
 */
final class OptionGrid {
  private static final char PLACE = 0;
  private static final char[] SIGNS = {'(', '[', '．', '、', '）', ')', '：', PLACE};

  private final Shadow cell;
  private final List<Mark> apart = new ArrayList<>();
  private final List<Mark> numbers = new ArrayList<>();

  private OptionGrid(Shadow cell, List<Mark> marks, char sign) {
    this.cell = cell;
    for (Mark mark : marks) {
      if (mark.question() && mark.gain() > 0) {
        numbers.add(mark);
      }
      if (!mark.question() && (sign == PLACE ? mark.isClear() : sign(mark) == sign)) {
        apart.add(mark);
      }
    }
  }

  /** The marks without the initials of names that stand in or before a whole set of options. */
  static List<Mark> withoutNames(Shadow cell, List<Mark> marks) {
    OptionGrid best = null;
    List<int[]> most = List.of();
    for (char sign : SIGNS) {
      var grid = new OptionGrid(cell, marks, sign);
      List<int[]> spans = grid.spans();
      if (spans.size() > most.size()) {
        best = grid;
        most = spans;
      }
    }
    if (best == null) {
      return marks;
    }
    var kept = new ArrayList<Mark>();
    for (Mark mark : marks) {
      if (!best.isName(mark, most) || best.apart.contains(mark)) {
        kept.add(mark);
      }
    }
    return kept;
  }

  /** The sign that sets a letter off: the bracket before it, or the delimiter as typed. */
  private char sign(Mark mark) {
    char first = cell.at(mark.start());
    return first == '(' || first == '[' ? first : cell.typed(mark.start() + 1);
  }

  /** From the number before each whole set to the number after it. */
  private List<int[]> spans() {
    var spans = new ArrayList<int[]>();
    for (int i = 0; i + 4 <= apart.size(); i++) {
      if (isWhole(i)) {
        int from = 0;
        int to = i + 4 == apart.size() ? cell.length() : apart.get(i + 4).start();
        for (Mark number : numbers) {
          from = number.start() < apart.get(i).start() ? number.start() : from;
          to = number.start() > apart.get(i + 3).start() ? Math.min(to, number.start()) : to;
        }
        spans.add(new int[] {from, to});
      }
    }
    return spans;
  }

  private boolean isWhole(int from) {
    int seen = 0;
    for (Mark mark : apart.subList(from, from + 4)) {
      seen |= 1 << mark.value();
    }
    boolean ends = from + 4 == apart.size() || apart.get(from + 4).value() == 0;
    return apart.get(from).value() == 0 && seen == 15 && ends;
  }

  private boolean isName(Mark mark, List<int[]> spans) {
    if (mark.question() || !Initials.isAmongInitials(cell, mark)) {
      return false;
    }
    for (int[] span : spans) {
      if (mark.start() >= span[0] && mark.start() < span[1]) {
        return true;
      }
    }
    return false;
  }
}
