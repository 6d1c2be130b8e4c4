package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.ExamColumn.OPTIONS;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an options cell into questions, and refuses a cell that can be read in two ways. */
final class QuestionReader {
  /** Below this lead over the next reading, the cell is taken to be ambiguous. */
  private static final double LEAD = 1.2;

  /** How a Chinese paper asks for one of the options. */
  private static final Pattern ASKS_FOR_ONE =
      Pattern.compile("的一(项|组|句|个)(是|为)?[\\s（()）_]*(\\d分[)）])?$");

  private final Shadow cell;
  private final List<Mark> marks;
  private final List<Question> questions = new ArrayList<>();
  private final Set<Integer> numbers = new HashSet<>();

  private QuestionReader(Shadow cell, List<Mark> marks) {
    this.cell = cell;
    this.marks = marks;
  }

  static List<Question> read(Shadow cell) throws Refusing {
    List<Mark> all = QuestionSearch.marks(cell);
    List<Mark> weighed = Habit.weigh(cell, all);
    List<Mark> marks = QuestionSearch.likely(weighed);
    QuestionSearch.Reading reading = QuestionSearch.best(cell, marks);
    if (weighed != all && !Habit.holds(reading.marks())) {
      marks = QuestionSearch.likely(all);
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
      return read(cell).stream().anyMatch(Question::isChoice);
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
    checkBefore(used.getFirst());
    int i = 0;
    while (i < used.size()) {
      int next = i + 1;
      while (next < used.size() && !used.get(next).question() && !restarts(used, i, next)) {
        next++;
      }
      add(used.subList(i, next), next < used.size() ? used.get(next).start() : cell.length());
      i = next;
    }
    checkDistinct();
    checkNumbersOnce(used);
    if (reading.lead() < LEAD) {
      throw refuse(
          Refusal.OPTIONS_AMBIGUOUS,
          "the questions can be read in more than one way; put every question and every option on"
              + " a line of its own");
    }
    if (questions.stream().noneMatch(Question::isChoice)) {
      throw refuse(Refusal.NO_QUESTIONS, "no question has the options A, B, C and D");
    }
  }

  private void checkBefore(Mark first) throws Refusing {
    for (Mark mark : marks) {
      boolean same = mark.question() && first.question() && mark.value() == first.value();
      if (same && mark.start() < first.start() && mark.place() == Place.LINE && mark.gain() >= 2) {
        throw refuse(
            Refusal.NUMBER_REPEATED,
            "question number %d stands twice; number the questions anew",
            mark.value());
      }
    }
  }

  /** A number that was not used must not be one of those used, typed in the same way. */
  private void checkNumbersOnce(List<Mark> used) throws Refusing {
    for (Mark mark : marks) {
      if (mark.question()
          && !mark.isStrange()
          && QuestionSearch.isClear(mark)
          && mark.plainGain() >= 0.5
          && numbers.contains(mark.value())
          && !used.contains(mark)) {
        throw refuse(
            Refusal.NUMBER_REPEATED,
            "question number %d stands twice; number the questions anew",
            mark.value());
      }
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

  private void add(List<Mark> part, int end) throws Refusing {
    Mark head = part.get(0);
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
    if (!numbers.add(number)) {
      throw refuse(
          Refusal.NUMBER_REPEATED,
          "question number %d stands twice; number the questions anew",
          number);
    }
    if (!questions.isEmpty() && questions.getLast().number() > number) {
      throw refuse(
          Refusal.NUMBER_REPEATED,
          "question %d stands after question %d; number the questions in order",
          number,
          questions.getLast().number());
    }
    List<Mark> letters = part.subList(1, part.size());
    int stemEnd = letters.isEmpty() ? end : letters.getFirst().start();
    String stem = cell.slice(head.end(), Math.max(head.end(), stemEnd));
    checkLetters(number, letters);
    if (!hasWords(stem)) {
      throw refuse(Refusal.NO_STEM, "question %d has no words before its options", number);
    }
    var options = new ArrayList<String>();
    if (letters.isEmpty() && ASKS_FOR_ONE.matcher(stem).find()) {
      throw refuse(
          Refusal.OPTION_MISSING, "question %d asks for one of its options but has none", number);
    }
    if (!letters.isEmpty()) {
      String[] texts = new String[4];
      for (int k = 0; k < 4; k++) {
        boolean last = k == 3;
        int from = letters.get(k).end();
        int to = last ? end : letters.get(k + 1).start();
        to = last ? Trailing.cut(cell, from, to) : to;
        if (!last && cell.slice(from, Math.max(from, to)).matches("[A-Z][.．]")) {
          throw unclear(letters.get(k + 1).letter(), number);
        }
        texts[letters.get(k).value()] =
            option(number, letters.get(k).letter(), from, to, last, asks(texts));
      }
      options.addAll(List.of(texts));
    }
    checkSkipped(number, part, end);
    questions.add(new Question(number, stem, List.copyOf(options)));
  }

  private void checkLetters(int number, List<Mark> letters) throws Refusing {
    if (letters.isEmpty()) {
      return;
    }
    var present = new StringBuilder();
    var missing = new StringBuilder();
    for (char letter = 'A'; letter <= 'D'; letter++) {
      char sought = letter;
      boolean there = letters.stream().anyMatch(mark -> mark.letter() == sought);
      var list = there ? present : missing;
      list.append(list.isEmpty() ? "" : ", ").append(letter);
    }
    if (!missing.isEmpty()) {
      throw refuse(
          Refusal.OPTION_MISSING,
          "question %d has options %s: option %s is missing",
          number,
          present,
          missing);
    }
    if (letters.size() > 4) {
      throw refuse(
          Refusal.OPTION_EXTRA,
          "question %d has an option %s; a single-choice question has A to D only",
          number,
          letters.get(4).letter());
    }
    for (Mark mark : letters) {
      long alike =
          letters.stream()
              .filter(m -> QuestionSearch.isClear(m) == QuestionSearch.isClear(mark))
              .count();
      boolean apart = !QuestionSearch.isClear(mark) && alike == 1;
      boolean odd =
          mark.style() == Mark.Style.BARE
              && letters.stream().filter(m -> m.style() == Mark.Style.BARE).count() == 1;
      boolean cased = mark.style().lower() != letters.getFirst().style().lower();
      if (cased || Math.max(mark.gain(), mark.plainGain()) < (odd ? 1.5 : apart ? 0.3 : -1.5)) {
        throw unclear(mark.letter(), number);
      }
    }
  }

  private static Refusing unclear(char letter, int number) {
    return refuse(
        Refusal.OPTION_UNCLEAR,
        "it is not clear where option %s of question %d begins; put it on a line of its own",
        letter,
        number);
  }

  private static boolean asks(String[] options) {
    for (String option : options) {
      if (option != null && (option.endsWith("?") || option.endsWith("？"))) {
        return true;
      }
    }
    return false;
  }

  private String option(int number, char letter, int from, int to, boolean last, boolean asking)
      throws Refusing {
    String text = cell.slice(from, Math.max(from, to));
    if (!hasWords(text)) {
      throw refuse(Refusal.OPTION_EMPTY, "option %s of question %d is empty", letter, number);
    }
    if (Trailing.isForeign(cell, from, to, last, asking)) {
      throw refuse(
          Refusal.UNNUMBERED_QUESTION,
          "after option %s of question %d stands something that looks like another question or an"
              + " answer; number the question, or move the answer to the answers cell",
          letter,
          number);
    }
    return text;
  }

  private void checkSkipped(int number, List<Mark> part, int end) throws Refusing {
    boolean choice = part.size() > 1;
    int letters = 0;
    int optionsFrom = part.size() > 1 ? part.get(1).start() : end;
    for (Mark mark : marks) {
      boolean inside = mark.start() > part.getFirst().start() && mark.start() < end;
      boolean strange = mark.isStrange() && mark.plainGain() < (mark.question() ? 1.6 : 0.8);
      if (!inside || part.contains(mark) || strange || mark.isStrange() && !hasText(mark)) {
        continue;
      }
      if (!choice && !mark.question() && mark.gain() >= 0.8) {
        letters |= 1 << mark.value();
      }
      if (!mark.question() && isStray(mark, part, choice)) {
        throw refuse(
            choice ? Refusal.OPTION_REPEATED : Refusal.OPTION_MISSING,
            choice
                ? "option %s begins two lines of question %d"
                : "a line begins with option %s in question %d, which has no other options",
            mark.letter(),
            number);
      }
      boolean near = mark.value() > number && mark.value() <= number + 5;
      boolean suspect = near || numbers.contains(mark.value());
      if (mark.question() && choice && mark.end() == optionsFrom && mark.gain() >= 0.5) {
        throw refuse(Refusal.NO_STEM, "question %d has no words before its options", mark.value());
      }
      if (mark.question()
          && mark.value() == number
          && mark.place() == Place.LINE
          && mark.gain() >= 2) {
        throw refuse(Refusal.NUMBER_REPEATED, "question number %d begins two lines", number);
      }
      double least = mark.place() == Place.LINE ? 0 : 1.5;
      if (mark.question()
          && suspect
          && mark.gain() >= least
          && mark.start() > optionsFrom
          && (!opens(mark, part) || hasText(mark))) {
        throw refuse(
            numbers.contains(mark.value()) ? Refusal.NUMBER_REPEATED : Refusal.UNNUMBERED_QUESTION,
            "the number %d within the options of question %d looks like another question; check"
                + " that the questions count up by one",
            mark.value(),
            number);
      }
    }
    if (Integer.bitCount(letters) > 1) {
      throw refuse(Refusal.OPTION_MISSING, "question %d does not have the options A to D", number);
    }
  }

  /** True for a letter that was not used as a marker but is typed as one. */
  private boolean isStray(Mark mark, List<Mark> part, boolean choice) {
    boolean line = mark.place() == Place.LINE && mark.gain() >= 2 && !isTornEnd(mark, part);
    if (mark.value() > 3) {
      return choice
          && mark.value() == 4
          && mark.start() > part.getLast().start()
          && mark.gain() >= 0;
    }
    if (!choice) {
      return line;
    }
    if (mark.start() < part.get(1).start()) {
      boolean again = mark.value() == part.get(1).value() && mark.style() != Mark.Style.BARE;
      int before = cell.visibleBefore(mark.start());
      boolean introduced =
          before >= 0 && (":)".indexOf(cell.at(before)) >= 0 || Glyphs.isHan(cell.at(before)));
      double alike = part.get(1).plainGain() - 0.1;
      again &= mark.plainGain() >= (introduced ? Math.min(1.2, alike) : alike);
      return line || again && hasText(mark);
    }
    boolean bare = mark.style() == Mark.Style.BARE && part.get(1).style() != Mark.Style.BARE;
    if (LetterMarks.isInitialOfName(cell, mark)) {
      return false;
    }
    if (bare || mark.opening() || opens(mark, part)) {
      return line && hasText(mark);
    }
    List<Mark> later = part.subList(2, part.size());
    boolean inLines = later.stream().allMatch(m -> m.place() == Place.LINE);
    boolean inRow = later.stream().anyMatch(m -> !QuestionSearch.isClear(m));
    double least = inLines ? 1.8 : inRow ? -1.3 : 1.2;
    double gain = mark.isStrange() ? mark.plainGain() : mark.gain();
    return line || gain >= least && hasText(mark);
  }

  /** True for a letter alone on its line that ends the words of the line before: Grade, D. */
  private boolean isTornEnd(Mark mark, List<Mark> part) {
    int p = mark.start() - 1;
    while (p >= 0 && Shadow.isBlank(cell.at(p))) {
      p--;
    }
    boolean alone = part.stream().anyMatch(used -> used.start() == mark.end()) || !hasText(mark);
    return alone && Character.isLowerCase(cell.at(p));
  }

  /** True for the first words of a text, also for a later initial of a name there: B. B. King. */
  private boolean opens(Mark mark, List<Mark> part) {
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

  /** True where words, and not the next marker, follow. */
  private boolean hasText(Mark mark) {
    int next = cell.length();
    for (Mark other : marks) {
      if (!other.opening() && other.start() >= mark.end() && other.start() < next) {
        next = other.start();
      }
    }
    return cell.slice(mark.end(), Math.max(mark.end(), next)).length() > 0;
  }

  private void checkDistinct() throws Refusing {
    var seen = new HashSet<List<String>>();
    for (Question question : questions) {
      if (!question.isChoice()) {
        continue;
      }
      if (new HashSet<>(question.options()).size() < 4) {
        throw refuse(
            Refusal.OPTION_REPEATED, "two options of question %d are the same", question.number());
      }
      var content = new ArrayList<>(question.options());
      content.add(question.stem());
      if (!seen.add(content)) {
        throw refuse(
            Refusal.QUESTION_REPEATED,
            "question %d is the same as a question before it",
            question.number());
      }
    }
  }

  private static boolean hasWords(String text) {
    return text.codePoints()
            .anyMatch(
                c ->
                    Character.isLetterOrDigit(c)
                        || Character.isSurrogate((char) c)
                        || c > 0x2000 && c < 0x3000
                        || c > 0xFFFF)
        && !text.matches("[\\s（(]*\\d{1,2}\\s*分[\\s）)]*");
  }

  private static Refusing refuse(Refusal code, String reason, Object... values) {
    return new Refusing(code, OPTIONS, values.length == 0 ? reason : reason.formatted(values));
  }
}
