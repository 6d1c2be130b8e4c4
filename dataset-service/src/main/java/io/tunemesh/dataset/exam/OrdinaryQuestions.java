package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the options cells of which nothing has to be weighed: everything in them that may be a
 * marker is one beyond doubt, and they count up and complete A to D in one form. There the habit of
 * the cell changes no mark for the worse, no mark is left over that could be stray, and {@link
 * PlainReading} would take them all.
 *
 * <p>What may be a marker but is certainly text may stand in such a cell: a number that no habit
 * makes likely; a bare letter that opens the text behind a wide marker, as in {@code B.<tab>A
 * Journey}; and a letter among words, as in {@code vitamin B: }. The letters are written as none of
 * the markers is, so they are never one of them.
 */
final class OrdinaryQuestions {
  private static final int ALL = 15;

  /** Fewer letters make no set A to D of their own, and no options of an open question. */
  private static final int MOST_BESIDE = 3;

  /**
   * The gain from which one letter of a set is taken at a clear place though it may be a name, as
   * in {@code Choice<tab>C.}: no other letter can stand for it, and no set is whole without it.
   */
  private static final double ALONE = -0.5;

  private final Shadow cell;

  /** Numbers as they are, letters as {@link #letter} writes them; where they begin and end. */
  private int[] values = new int[32];

  private int[] begins = new int[32];
  private int[] ends = new int[32];
  private int count;

  private final char[] beside = new char[MOST_BESIDE];
  private int besides;
  private int begun;
  private int ended = -1;
  private int opened = -1;

  private int number;
  private Mark.Style numberStyle;
  private char numberForm;

  /** How many letters of the question at hand were taken, and which. */
  private int letters;

  private int seen;
  private int uncertain;
  private Mark.Style style;
  private char form;
  private boolean spaced;
  private char point;
  private boolean inLines = true;
  private boolean uneven;

  private OrdinaryQuestions(Shadow cell) {
    this.cell = cell;
  }

  /** The questions of a cell, the only reading of it; null where the cell is not of this kind. */
  static List<Question> in(Shadow cell) throws Refusing {
    var ordinary = new OrdinaryQuestions(cell);
    return ordinary.scan() && ordinary.isWhole() ? ordinary.questions() : null;
  }

  private boolean scan() {
    for (int i = cell.begin(0); i >= 0; i = cell.begin(i + 1)) {
      boolean ordinary =
          Glyphs.isDigit(cell.at(i)) ? CertainMarks.number(cell, i, this) : CertainMarks.letter(cell, i, this);
      if (!ordinary) {
        return false;
      }
    }
    return true;
  }

  /** Takes a mark that may be none; false where the cell is not ordinary with it. */
  boolean take(Mark mark) {
    if (mark == null) {
      return true;
    }
    if (mark.question()) {
      if (mark.gain() <= QuestionMarks.UNLIKELY) {
        return follows(mark.start(), mark.end());
      }
      return isCertain(mark)
          && number(mark.value(), mark.start(), mark.end(), mark.style(), Habit.form(cell, mark));
    }
    boolean opens = opens(mark);
    if (opens || isAmongWords(mark)) {
      return standsBeside(mark, opens);
    }
    boolean certain = isCertain(mark);
    return (certain || mark.isClear() && mark.gain() >= ALONE && mark.style() != Mark.Style.BARE)
        && !Initials.isAmongInitials(cell, mark)
        && letter(
            mark.value(),
            mark.start(),
            mark.end(),
            mark.style(),
            Habit.form(cell, mark),
            Habit.point(cell, mark),
            mark.place() == Place.LINE,
            certain);
  }

  private static boolean isCertain(Mark mark) {
    return mark.isClear() && mark.gain() >= PlainReading.CLEAR;
  }

  private static boolean isAmongWords(Mark mark) {
    return !mark.isClear() && mark.gain() - Habit.LOSS <= QuestionMarks.UNLIKELY;
  }

  private boolean opens(Mark mark) {
    return mark.style() == Mark.Style.BARE
        && mark.place() == Place.WIDE_GAP
        && mark.value() < 4
        && mark.start() == ended
        && mark.gain() < PlainReading.NONE + Habit.LOSS;
  }

  private boolean standsBeside(Mark mark, boolean opens) {
    if (besides == MOST_BESIDE || !follows(mark.start(), mark.end())) {
      return false;
    }
    beside[besides++] = Habit.form(cell, mark);
    opened = opens ? mark.end() : -1;
    return true;
  }

  /** Goes on to what stands in the order of the cell, not right behind a letter that opens. */
  private boolean follows(int begin, int end) {
    if (begin < begun || begin <= opened) {
      return false;
    }
    begun = begin;
    ended = end;
    opened = -1;
    return true;
  }

  /** Takes a certain number of a question; false where it does not go on from what was taken. */
  boolean number(int value, int begin, int end, Mark.Style style, char form) {
    boolean next =
        number == 0 || value == number + 1 && style == numberStyle && form == numberForm;
    if (!next || letters != 0 && !isSet()) {
      return false;
    }
    number = value;
    numberStyle = style;
    numberForm = form;
    letters = 0;
    seen = 0;
    uncertain = 0;
    return add(value, begin, end);
  }

  /** Takes a letter at a clear place; false where it does not go on from what was taken. */
  boolean letter(
      int value,
      int begin,
      int end,
      Mark.Style style,
      char form,
      char point,
      boolean line,
      boolean certain) {
    boolean ownSpaced = Shadow.isBlank(cell.at(end - 1));
    if (this.style == null) {
      this.style = style;
      this.form = form;
      this.point = point;
      spaced = ownSpaced;
    }
    inLines &= line;
    uneven |= ownSpaced != spaced || point != this.point;
    seen |= 1 << value;
    uncertain += certain ? 0 : 1;
    return number != 0
        && letters++ < 4
        && (letters > 1 || value == 0)
        && style == this.style
        && form == this.form
        && add(-1 - value, begin, end);
  }

  /** True for A to D, all certain but one. */
  private boolean isSet() {
    return letters == 4 && seen == ALL && uncertain < 2;
  }

  /** Adds a marker where words stand behind the one before it. */
  private boolean add(int value, int begin, int end) {
    if (count > 0 && ends[count - 1] >= begin || !follows(begin, end)) {
      return false;
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
      begins = Arrays.copyOf(begins, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    values[count] = value;
    begins[count] = begin;
    ends[count++] = end;
    return true;
  }

  private boolean isWhole() {
    for (int i = 0; i < besides; i++) {
      if (beside[i] == form) {
        return false;
      }
    }
    return style != null
        && (letters == 0 || isSet())
        && (!uneven || inLines)
        && ends[count - 1] < cell.length();
  }

  private List<Question> questions() throws Refusing {
    var questions = new ArrayList<Question>();
    int at = 0;
    while (at < count) {
      boolean choice = at + 1 < count && values[at + 1] < 0;
      int next = choice ? at + 5 : at + 1;
      int end = next < count ? begins[next] : cell.length();
      String stem = cell.slice(ends[at], choice ? begins[at + 1] : end);
      StemCheck.check(cell, values[at], stem, choice);
      questions.add(new Question(values[at], stem, choice ? options(at, end) : List.of()));
      at = next;
    }
    RepeatedQuestions.check(questions);
    return questions;
  }

  private List<String> options(int question, int end) throws Refusing {
    var reader = new OptionReader(cell, values[question], end);
    for (int i = question + 1; i < question + 5; i++) {
      reader.add(-1 - values[i], begins[i], ends[i]);
    }
    return reader.read();
  }
}
