package io.tunemesh.dataset.exam;

import java.util.ArrayList;
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
  /**
   * The gain from which one letter of a set is taken at a clear place though it may be a name, as
   * in {@code Choice<tab>C.}: no other letter can stand for it, and no set is whole without it.
   */
  private static final double ALONE = -0.5;

  private final Shadow cell;
  private final OrdinaryMarks marks = new OrdinaryMarks();

  /** True where a letter that was not taken may be an answer that was typed behind an option. */
  private boolean answers;

  private OrdinaryQuestions(Shadow cell) {
    this.cell = cell;
  }

  /** The questions of a cell, the only reading of it; null where the cell is not of this kind. */
  static List<Question> in(Shadow cell) throws Refusing {
    var ordinary = new OrdinaryQuestions(cell);
    return ordinary.scan() && ordinary.marks.areWhole(cell.length()) ? ordinary.questions() : null;
  }

  private boolean scan() {
    var certain = new CertainMarks(cell, marks);
    for (int i = cell.begin(0); i >= 0; i = cell.begin(i + 1)) {
      boolean digit = Glyphs.isDigit(cell.at(i));
      CertainMarks.Found found = digit ? certain.number(i) : certain.letter(i);
      if (found == CertainMarks.Found.TAKEN) {
        continue;
      }
      boolean unknown = found == CertainMarks.Found.UNKNOWN;
      if (found == CertainMarks.Found.UNFIT
          || unknown && !take(digit ? NumberMarks.at(cell, i) : LetterMarks.at(cell, i))) {
        return false;
      }
      answers |= NamedAnswer.mayStandAt(cell, i);
    }
    return true;
  }

  /** Takes a mark that may be none; false where the cell is not ordinary with it. */
  private boolean take(Mark mark) {
    if (mark == null) {
      return true;
    }
    int begin = mark.start();
    int end = mark.end();
    if (mark.question() && mark.gain() <= QuestionMarks.UNLIKELY) {
      return marks.pass(begin, end);
    }
    char form = Habit.form(cell, mark);
    boolean certain = mark.isClear() && mark.gain() >= PlainReading.CLEAR;
    if (mark.question()) {
      return certain && marks.addNumber(mark.value(), begin, end, mark.style(), form);
    }
    boolean opens = opens(mark);
    if (opens || isAmongWords(mark)) {
      return marks.addBeside(begin, end, form, opens);
    }
    boolean alone = mark.isClear() && mark.gain() >= ALONE && mark.style() != Mark.Style.BARE;
    return (certain || alone)
        && !Initials.isAmongInitials(cell, mark)
        && marks.addLetter(
            mark.value(),
            begin,
            end,
            mark.style(),
            form,
            Habit.point(cell, mark),
            Habit.isSpaced(cell, mark),
            mark.place() == Place.LINE,
            certain);
  }

  private static boolean isAmongWords(Mark mark) {
    return !mark.isClear() && mark.gain() - Habit.LOSS <= QuestionMarks.UNLIKELY;
  }

  private boolean opens(Mark mark) {
    return mark.style() == Mark.Style.BARE
        && mark.place() == Place.WIDE_GAP
        && mark.value() < 4
        && mark.start() == marks.ended()
        && mark.gain() < PlainReading.NONE + Habit.LOSS;
  }

  private List<Question> questions() throws Refusing {
    var reader = new OptionReader(cell, answers);
    var questions = new ArrayList<Question>();
    int at = 0;
    while (at < marks.count()) {
      boolean choice = at + 1 < marks.count() && !marks.isNumber(at + 1);
      int next = choice ? at + 5 : at + 1;
      int end = next < marks.count() ? marks.begin(next) : cell.length();
      int number = marks.number(at);
      String stem = cell.slice(marks.end(at), choice ? marks.begin(at + 1) : end);
      QuestionCheck.stem(number, stem, choice);
      questions.add(new Question(number, stem, choice ? options(reader, at, end) : List.of()));
      at = next;
    }
    QuestionCheck.repeats(questions);
    return questions;
  }

  private List<String> options(OptionReader reader, int question, int end) throws Refusing {
    reader.turnTo(marks.number(question), end);
    for (int i = question + 1; i < question + 5; i++) {
      reader.add(marks.letter(i), marks.begin(i), marks.end(i));
    }
    return reader.read();
  }
}
