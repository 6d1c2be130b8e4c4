package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/**
 * The reading of a cell in which every mark is either clear or clearly none, and the clear ones
 * count up and complete A to D without a fault. No search can find a better one, nor one near it.
 */
final class PlainReading {
  /** The gain from which a mark is certain. */
  static final double CLEAR = 2;

  /** The gain below which a letter is none. */
  static final double NONE = 0;

  private static final double UNLIKELY = -2;

  private final Shadow cell;
  private final List<Mark> clear = new ArrayList<>();

  private PlainReading(Shadow cell) {
    this.cell = cell;
  }

  /** The clear marks where they are such a reading, or an empty list. */
  static List<Mark> in(Shadow cell, List<Mark> marks) {
    var reading = new PlainReading(cell);
    for (Mark mark : marks) {
      if (mark.gain() >= CLEAR) {
        reading.clear.add(mark);
      } else if (mark.gain() >= (mark.question() ? UNLIKELY : NONE)) {
        return List.of();
      }
    }
    return reading.isFaultless(marks) ? reading.clear : List.of();
  }

  private boolean isFaultless(List<Mark> marks) {
    Mark question = null;
    int at = 0;
    while (at < clear.size()) {
      Mark next = clear.get(at);
      boolean follows =
          question == null
              || next.value() == question.value() + 1 && next.style() == question.style();
      if (!next.question() || !follows) {
        return false;
      }
      question = next;
      int end = at + 1;
      while (end < clear.size() && !clear.get(end).question()) {
        end++;
      }
      if (!hasTexts(at, end) || !(end == at + 1 ? isOpen(at, marks) : isWhole(at + 1, end))) {
        return false;
      }
      at = end;
    }
    return question != null;
  }

  private boolean isWhole(int from, int end) {
    int seen = 0;
    for (Mark mark : clear.subList(from, end)) {
      seen |= 1 << mark.value();
      if (mark.style() != clear.get(from).style()) {
        return false;
      }
    }
    return end == from + 4 && seen == 15 && clear.get(from).value() == 0;
  }

  /** True for a question without options, in which not even unlikely letters stand in number. */
  private boolean isOpen(int at, List<Mark> marks) {
    int from = clear.get(at).start();
    int to = at + 1 < clear.size() ? clear.get(at + 1).start() : cell.length();
    int letters = 0;
    for (Mark mark : marks) {
      letters += !mark.question() && mark.start() > from && mark.start() < to ? 1 : 0;
    }
    return letters < 3;
  }

  /** True where words follow every mark. */
  private boolean hasTexts(int from, int end) {
    for (int i = from; i < end; i++) {
      int to = i + 1 < clear.size() ? clear.get(i + 1).start() : cell.length();
      if (cell.skipBlanks(clear.get(i).end()) >= to) {
        return false;
      }
    }
    return true;
  }
}
