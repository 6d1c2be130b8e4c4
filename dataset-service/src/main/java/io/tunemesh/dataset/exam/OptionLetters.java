package io.tunemesh.dataset.exam;

import java.util.List;

/** Refuses the letters of a question that are not A to D, each once and plainly a marker. */
final class OptionLetters {
  private static final double CLEAR = 1.5;

  private final Shadow cell;
  private final int number;
  private final List<Mark> letters;

  private OptionLetters(Shadow cell, int number, List<Mark> letters) {
    this.cell = cell;
    this.number = number;
    this.letters = letters;
  }

  /** Checks the letters of a question; a question that asks for words has none. */
  static void check(Shadow cell, int number, List<Mark> letters) throws Refusing {
    var check = new OptionLetters(cell, number, letters);
    if (!letters.isEmpty() && !check.isPlain()) {
      check.checkWhole();
      check.checkEach();
    }
  }

  /** True for A to D that are all clear, written in one style and set alike. */
  private boolean isPlain() {
    Mark first = letters.getFirst();
    int seen = 0;
    for (Mark mark : letters) {
      boolean alike = mark.style() == first.style() && mark.isClear() == first.isClear();
      if (!alike || mark.gain() < CLEAR) {
        return false;
      }
      seen |= 1 << mark.value();
    }
    return letters.size() == 4 && seen == 15 && first.value() == 0;
  }

  private void checkWhole() throws Refusing {
    var present = new StringBuilder();
    var missing = new StringBuilder();
    for (char letter = 'A'; letter <= 'D'; letter++) {
      char sought = letter;
      boolean there = letters.stream().anyMatch(mark -> mark.letter() == sought);
      var list = there ? present : missing;
      list.append(list.isEmpty() ? "" : ", ").append(letter);
    }
    if (!missing.isEmpty()) {
      throw Refusing.options(
          Refusal.OPTION_MISSING,
          "question %d has options %s: option %s is missing",
          number,
          present,
          missing);
    }
    if (letters.size() > 4) {
      throw Refusing.options(
          Refusal.OPTION_EXTRA,
          "question %d has an option %s; a single-choice question has A to D only",
          number,
          letters.get(4).letter());
    }
    Mark first = letters.getFirst();
    if (first.value() != 0 && !first.isClear()) {
      throw OptionReader.unclear('A', number);
    }
  }

  private void checkEach() throws Refusing {
    for (Mark mark : letters) {
      long alike = letters.stream().filter(m -> m.isClear() == mark.isClear()).count();
      boolean apart = !mark.isClear() && alike == 1;
      boolean name = apart && (Initials.isAmongInitials(cell, mark) || isTypedAlone(mark));
      boolean odd =
          mark.style() == Mark.Style.BARE
              && letters.stream().filter(m -> m.style() == Mark.Style.BARE).count() == 1;
      boolean initial =
          Initials.isInitialOfName(cell, mark)
              && !letters.stream().allMatch(Mark::isClear)
              && letters.stream().anyMatch(m -> m.style() != mark.style());
      boolean cased = mark.style().lower() != letters.getFirst().style().lower();
      if (cased
          || initial
          || name
          || odd && isArticle(mark)
          || Math.max(mark.gain(), mark.plainGain()) < (odd ? CLEAR : apart ? 0.3 : -1.5)) {
        throw OptionReader.unclear(mark.letter(), number);
      }
    }
  }

  /** True for a letter within English words that is written as none of the others is. */
  private boolean isTypedAlone(Mark mark) {
    return mark.style() == Mark.Style.POINT
        && Glyphs.isLatin(cell.at(mark.end()))
        && letters.stream().noneMatch(m -> m != mark && m.style() == mark.style());
  }

  /** True for a bare A before an English word, which may be an article. */
  private boolean isArticle(Mark mark) {
    return mark.value() == 0 && Glyphs.isLatin(cell.at(mark.end()));
  }
}
