package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.ExamColumn.OPTIONS;

import io.tunemesh.dataset.exam.ExamReader.Road;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/** Reads an options cell into questions, and refuses a cell that can be read in two ways. */
final class QuestionReader {
  /** Below this lead over the next reading, the cell is taken to be ambiguous. */
  private static final double LEAD = 1.2;

  /** How a Chinese paper asks for one of the options. */
  private static final Pattern ASKS_FOR_ONE =
      Pattern.compile("的一(项|组)(是|为)|的一(项|组|句|个)[\\s（()）_]*(\\d分[)）])?$");

  /** Words, a score, and words again: the end of one question and the beginning of the next. */
  private static final Pattern TWO_QUESTIONS =
      Pattern.compile(
          "[\\p{L}？。?]\\s?[（(]\\d{1,2}\\s?分[）)]\\s?(\\d{1,3}\\s?[：:．.、)）])?\\s?[\\p{L}“《]{4}");

  /** The unit of the score, its bracket and the four characters that such a match ends with. */
  private static final int SHORTEST_AFTER_SCORE = 6;

  private final Shadow cell;
  private final List<Mark> marks;
  private final SkippedMarks skipped;
  private final List<Question> questions = new ArrayList<>();
  private final BitSet numbers = new BitSet();

  private QuestionReader(Shadow cell, List<Mark> marks) {
    this.cell = cell;
    this.marks = marks;
    this.skipped = new SkippedMarks(cell, marks);
  }

  static List<Question> read(Shadow cell, Road road) throws Refusing {
    List<Mark> found = QuestionMarks.in(cell);
    List<Mark> ordinary =
        road == Road.SHORT_WHERE_ORDINARY ? OrdinaryMarks.in(cell, found) : List.of();
    if (!ordinary.isEmpty()) {
      var reader = new QuestionReader(cell, ordinary);
      reader.build(new QuestionSearch.Reading(ordinary, QuestionSearch.FAULT));
      return reader.questions;
    }
    List<Mark> all = OptionGrid.withoutNames(cell, SubQuestions.without(found));
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
      return read(cell, Road.SHORT_WHERE_ORDINARY).stream().anyMatch(Question::isChoice);
    } catch (Refusing refusing) {
      return false;
    }
  }

  private void build(QuestionSearch.Reading reading) throws Refusing {
    List<Mark> used = reading.marks();
    if (used.isEmpty()) {
      throw refuse(
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
    checkDistinct();
    if (stray) {
      StrayNumbers.check(cell, marks, used);
    }
    if (reading.lead() < LEAD) {
      throw refuse(
          Refusal.OPTIONS_AMBIGUOUS,
          "the questions can be read in more than one way; put every question and every option on"
              + " a line of its own");
    }
    if (!hasChoice()) {
      throw refuse(Refusal.NO_QUESTIONS, "no question has the options A, B, C and D");
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
    if (!OptionReader.hasWords(stem)) {
      throw refuse(Refusal.NO_STEM, "question %d has no words before its options", number);
    }
    if (letters.isEmpty() && stem.contains("的一") && ASKS_FOR_ONE.matcher(stem).find()) {
      throw refuse(
          Refusal.OPTION_MISSING, "question %d asks for one of its options but has none", number);
    }
    if (!letters.isEmpty() && goesOnAfterScore(stem)) {
      throw refuse(
          Refusal.UNNUMBERED_QUESTION,
          "the words of question %d go on after its score; number the question that begins there",
          number);
    }
    List<String> options =
        letters.isEmpty() ? List.of() : new OptionReader(cell, number).read(letters, end);
    if (stray) {
      skipped.check(part, end, numbers);
    }
    questions.add(new Question(number, stem, options));
  }

  private boolean goesOnAfterScore(String stem) {
    int unit = cell.tally().holds(Glyphs.SCORE) ? stem.indexOf('分') : -1;
    return unit >= 0
        && stem.length() - unit >= SHORTEST_AFTER_SCORE
        && TWO_QUESTIONS.matcher(stem).find();
  }

  private void checkHead(Mark head) throws Refusing {
    if (!head.question()) {
      throw refuse(
          Refusal.UNNUMBERED_QUESTION,
          questions.isEmpty()
              ? "there are options before the first question number; write the number of their"
                  + " question before it"
              : "after question %d there are options of a question that has no number; write its"
                      .formatted(questions.getLast().number())
                  + " number before it");
    }
    int number = head.value();
    if (head.gain() < -1) {
      throw refuse(
          Refusal.OPTIONS_AMBIGUOUS,
          "it is not clear whether %d is the number of a question; put it at the start of a line",
          number);
    }
    if (numbers.get(number)) {
      throw refuse(
          Refusal.NUMBER_REPEATED,
          "question number %d stands twice; number the questions anew",
          number);
    }
    numbers.set(number);
    if (!questions.isEmpty() && questions.getLast().number() > number) {
      throw refuse(
          Refusal.NUMBER_REPEATED,
          "question %d stands after question %d; number the questions in order",
          number,
          questions.getLast().number());
    }
  }

  private void checkDistinct() throws Refusing {
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      if (!question.isChoice()) {
        continue;
      }
      if (holdsEqual(question.options())) {
        throw refuse(
            Refusal.OPTION_REPEATED, "two options of question %d are the same", question.number());
      }
      if (isRepeated(i)) {
        throw refuse(
            Refusal.QUESTION_REPEATED,
            "question %d is the same as a question before it",
            question.number());
      }
    }
  }

  private static boolean holdsEqual(List<String> options) {
    for (int i = 1; i < options.size(); i++) {
      for (int k = 0; k < i; k++) {
        if (options.get(i).equals(options.get(k))) {
          return true;
        }
      }
    }
    return false;
  }

  /** True where a question before this one has its stem and its options. */
  private boolean isRepeated(int index) {
    Question question = questions.get(index);
    for (Question other : questions.subList(0, index)) {
      if (other.stem().equals(question.stem()) && other.options().equals(question.options())) {
        return true;
      }
    }
    return false;
  }

  private static Refusing refuse(Refusal code, String reason, Object... values) {
    return new Refusing(code, OPTIONS, values.length == 0 ? reason : reason.formatted(values));
  }
}
