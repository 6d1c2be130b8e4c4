package io.tunemesh.dataset.exam;

import io.tunemesh.dataset.exam.ExamReader.Road;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Reads an options cell into questions, and refuses a cell that can be read in two ways. */
final class QuestionReader {
  /** Below this lead over the next reading, the cell is taken to be ambiguous. */
  private static final double LEAD = 1.2;

  private final Shadow cell;
  private final List<Mark> marks;
  private final SkippedMarks skipped;
  private final OptionReader reader;
  private final List<Question> questions = new ArrayList<>();
  private final BitSet numbers = new BitSet();

  private QuestionReader(Shadow cell, List<Mark> marks) {
    this.cell = cell;
    this.marks = marks;
    this.skipped = new SkippedMarks(cell, marks);
    this.reader = new OptionReader(cell, true);
  }

  static List<Question> read(Shadow cell, Road road) throws Refusing {
    List<Question> ordinary = road == Road.SHORT_WHERE_ORDINARY ? OrdinaryQuestions.in(cell) : null;
    if (ordinary != null) {
      return ordinary;
    }
    List<Mark> all = OptionGrid.withoutNames(cell, SubQuestions.without(QuestionMarks.in(cell)));
    List<Mark> weighed = Habit.weigh(cell, all);
    List<Mark> marks = QuestionMarks.likely(weighed);
    QuestionSearch.Reading reading = QuestionSearch.best(cell, marks);
    if (weighed != all && !Habit.holds(reading.marks())) {
      marks = QuestionMarks.likely(all);
      reading = QuestionSearch.best(cell, marks);
    }
    var reader = new QuestionReader(cell, marks);
    reader.build(reading);
    return reader.questions;
  }

  /**
   * True when a cell plainly holds whole questions, so that it can be told from an answers cell.
   */
  static boolean looksLikeQuestions(Shadow cell) {
    try {
      return mayHoldChoice(cell)
          && read(cell, Road.SHORT_WHERE_ORDINARY).stream().anyMatch(Question::isChoice);
    } catch (Refusing refusing) {
      return false;
    }
  }

  /** False for a cell without a number, or without one of A to D where a marker may begin. */
  private static boolean mayHoldChoice(Shadow cell) {
    int missing = 31;
    for (int i = cell.begin(0); i >= 0 && missing != 0; i = cell.begin(i + 1)) {
      char c = cell.at(i);
      missing &= Glyphs.isDigit(c) ? ~16 : ~(1 << (c - (c >= 'a' ? 'a' : 'A')) & 15);
    }
    return missing == 0;
  }

  private void build(QuestionSearch.Reading reading) throws Refusing {
    List<Mark> used = reading.marks();
    if (used.isEmpty()) {
      throw Refusing.options(
          Refusal.NO_QUESTIONS,
          "no numbered question with options was found; write each one as 1. question, A., B., C.,"
              + " D.");
    }
    boolean stray = used.size() < marks.size();
    if (stray) {
      StrayNumbers.checkBefore(marks, used.getFirst());
    }
    int i = 0;
    while (i < used.size()) {
      int next = i + 1;
      while (next < used.size() && !used.get(next).question() && !restarts(used, i, next)) {
        next++;
      }
      int end = next < used.size() ? used.get(next).start() : cell.length();
      add(used.subList(i, next), end, stray);
      i = next;
    }
    QuestionCheck.repeats(questions);
    if (stray) {
      StrayNumbers.check(cell, marks, used);
    }
    if (reading.lead() < LEAD) {
      throw Refusing.options(
          Refusal.OPTIONS_AMBIGUOUS,
          "the questions can be read in more than one way; put every question and every option on"
              + " a line of its own");
    }
    if (!hasChoice()) {
      throw Refusing.options(Refusal.NO_QUESTIONS, "no question has the options A, B, C and D");
    }
  }

  /** True where a letter comes again after D: a question without a number begins there. */
  private static boolean restarts(List<Mark> used, int from, int at) {
    int letter = used.get(at).value();
    for (int k = from; k < at; k++) {
      if (!used.get(k).question() && used.get(k).value() == letter) {
        return true;
      }
    }
    return false;
  }

  private boolean hasChoice() {
    for (Question question : questions) {
      if (question.isChoice()) {
        return true;
      }
    }
    return false;
  }

  private void add(List<Mark> part, int end, boolean stray) throws Refusing {
    Mark head = part.getFirst();
    int number = head.value();
    checkHead(head);
    List<Mark> letters = part.subList(1, part.size());
    int stemEnd = letters.isEmpty() ? end : letters.getFirst().start();
    String stem = cell.slice(head.end(), Math.max(head.end(), stemEnd));
    OptionLetters.check(cell, number, letters);
    QuestionCheck.stem(number, stem, !letters.isEmpty());
    List<String> options = letters.isEmpty() ? List.of() : options(number, letters, end);
    if (stray) {
      skipped.check(part, end, numbers);
    }
    questions.add(new Question(number, stem, options));
  }

  private List<String> options(int number, List<Mark> letters, int end) throws Refusing {
    reader.turnTo(number, end);
    letters.forEach(mark -> reader.add(mark.value(), mark.start(), mark.end()));
    return reader.read();
  }

  private void checkHead(Mark head) throws Refusing {
    if (!head.question() && questions.isEmpty()) {
      throw Refusing.options(
          Refusal.UNNUMBERED_QUESTION,
          "there are options before the first question number; write the number of their question"
              + " before it");
    }
    if (!head.question()) {
      throw Refusing.options(
          Refusal.UNNUMBERED_QUESTION,
          "after question %d there are options of a question that has no number; write its number"
              + " before it",
          questions.getLast().number());
    }
    int number = head.value();
    if (head.gain() < -1) {
      throw Refusing.options(
          Refusal.OPTIONS_AMBIGUOUS,
          "it is not clear whether %d is the number of a question; put it at the start of a line",
          number);
    }
    if (numbers.get(number)) {
      throw Refusing.options(
          Refusal.NUMBER_REPEATED,
          "question number %d stands twice; number the questions anew",
          number);
    }
    numbers.set(number);
    if (!questions.isEmpty() && questions.getLast().number() > number) {
      throw Refusing.options(
          Refusal.NUMBER_REPEATED,
          "question %d stands after question %d; number the questions in order",
          number,
          questions.getLast().number());
    }
  }
}
