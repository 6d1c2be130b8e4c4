package io.tunemesh.dataset.exam;

import java.util.List;

/** Tells a letter that was not taken for a marker but is typed as one from a letter of the text. */
final class StrayLetters {
  private static final double IN_BRACKETS = -1.3;
  private static final double GLUED = -0.6;

  private final Shadow cell;
  private final List<Mark> marks;

  StrayLetters(Shadow cell, List<Mark> marks) {
    this.cell = cell;
    this.marks = marks;
  }

  /** True for a letter that was not used as a marker but is typed as one. */
  boolean isStray(Mark mark, List<Mark> part) {
    boolean choice = part.size() > 1;
    boolean line = mark.place() == Place.LINE && mark.gain() >= 2 && !isTornEnd(mark, part);
    if (mark.value() > 3) {
      return choice
          && mark.value() == 4
          && mark.style().lower() == part.getLast().style().lower()
          && mark.start() > part.getLast().start()
          && Math.max(mark.gain(), mark.plainGain()) >= (isGlued(part) ? GLUED : 0);
    }
    if (!choice) {
      return line;
    }
    if (mark.start() < part.get(1).start()) {
      boolean other = mark.value() != part.get(1).value();
      boolean name = other && isContinued(mark);
      return line && !name || isFirstOption(mark, part.get(1)) && hasText(mark, part);
    }
    boolean bare = mark.style() == Mark.Style.BARE && part.get(1).style() != Mark.Style.BARE;
    if (Initials.isInitialOfName(cell, mark)) {
      return false;
    }
    if (bare || mark.opening() || opens(mark, part)) {
      return line && hasText(mark, part);
    }
    List<Mark> later = part.subList(2, part.size());
    boolean inLines = later.stream().allMatch(m -> m.place() == Place.LINE);
    boolean inRow = later.stream().anyMatch(m -> !m.isClear());
    double least = inLines ? 1.8 : inRow ? -1.3 : 1.2;
    double gain = mark.isStrange() ? mark.plainGain() : mark.gain();
    return line || gain >= least && hasText(mark, part);
  }

  /** True where an option begins right behind the words of the one before it. */
  private static boolean isGlued(List<Mark> part) {
    return part.getLast().place() == Place.HAN;
  }

  /** True for a letter among the words of a question that is typed like its first option. */
  private boolean isFirstOption(Mark mark, Mark first) {
    if (mark.value() != first.value() || mark.style() == Mark.Style.BARE) {
      return false;
    }
    int before = cell.visibleBefore(mark.start());
    boolean introduced =
        before >= 0
            && (":)".indexOf(cell.at(before)) >= 0
                || Glyphs.isHan(cell.at(before))
                || cell.typed(mark.start() + 1) != '.');
    double alike = first.plainGain() - 0.1;
    return Math.max(mark.gain(), mark.plainGain()) >= (introduced ? Math.min(1.2, alike) : alike);
  }

  /** True for a letter alone on its line that ends the words of the line before: Grade, D. */
  private boolean isTornEnd(Mark mark, List<Mark> part) {
    boolean alone =
        part.stream().anyMatch(used -> used.start() == mark.end()) || !hasText(mark, part);
    return alone && isContinued(mark);
  }

  /** True where the words before a letter stop in the middle of a sentence. */
  private boolean isContinued(Mark mark) {
    int p = mark.start() - 1;
    while (p >= 0 && Shadow.isBlank(cell.at(p))) {
      p--;
    }
    return Character.isLowerCase(cell.at(p));
  }

  /** True for the first words of a text, also for a later initial of a name there: B. B. King. */
  boolean opens(Mark mark, List<Mark> part) {
    for (Mark used : part) {
      int p = used.end();
      while (p < mark.start()
          && Character.isUpperCase(cell.at(p))
          && cell.at(cell.skipSpaces(p + 1)) == '.') {
        p = cell.skipSpaces(cell.skipSpaces(p + 1) + 1);
      }
      if (p == mark.start()) {
        return true;
      }
    }
    return false;
  }

  /** True for initials that are or open the text after a letter. */
  private boolean isName(Mark mark, Mark other) {
    boolean opens = other.start() == mark.end();
    return !other.question()
        && (Initials.isAmongInitials(cell, other)
            || opens && Initials.isFollowedByInitial(cell, other.start()));
  }

  /**
   * True for a letter in brackets between the words of an option that has the same letter, or
   * before the option that has it: {@code B．甲(B)乙}.
   */
  boolean doubles(Mark mark, List<Mark> part) {
    if (mark.question() || mark.style() != Mark.Style.BRACKET || mark.plainGain() < IN_BRACKETS) {
      return false;
    }
    for (int i = 1; i < part.size(); i++) {
      boolean last = i + 1 == part.size();
      Mark own = part.get(i);
      if (mark.start() > own.end() && (last || mark.start() < part.get(i + 1).start())) {
        boolean same =
            mark.value() == own.value() || !last && mark.value() == part.get(i + 1).value();
        return same && hasText(mark, part);
      }
    }
    return false;
  }

  /** True where words, and not the next marker, follow. */
  boolean hasText(Mark mark, List<Mark> part) {
    int next = cell.length();
    for (int i = firstFrom(mark.end()); i < marks.size() && next == cell.length(); i++) {
      Mark other = marks.get(i);
      if (!other.opening() && (part.contains(other) || !isName(mark, other))) {
        next = other.start();
      }
    }
    return cell.slice(mark.end(), Math.max(mark.end(), next)).length() > 0;
  }

  /** The index of the first mark that does not begin before a place; the marks are in order. */
  private int firstFrom(int place) {
    int low = 0;
    int high = marks.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (marks.get(middle).start() < place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
