package io.tunemesh.dataset.exam;

import io.tunemesh.dataset.exam.ExamReader.Road;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads an answers cell against its questions: one letter for every single-choice question. */
final class AnswerReader {
  private static final double LEAD = 1.2;

  private final Shadow cell;
  private final List<Question> questions;
  private final List<Question> choices;
  private final List<AnswerEntry> entries;
  private boolean onlyConcluded;

  private AnswerReader(Shadow cell, List<Question> questions, List<AnswerEntry> found) {
    this.cell = cell;
    this.questions = questions;
    this.choices = questions.stream().filter(Question::isChoice).toList();
    this.entries = AnswerNotes.withoutLetters(cell, found, choices);
  }

  /** For each of the questions the letter of its answer, or 0 where it has no options. */
  static char[] read(Shadow cell, List<Question> questions, Road road) throws Refusing {
    char[] ordinary =
        road == Road.SHORT_WHERE_ORDINARY ? OrdinaryAnswers.in(cell, questions) : null;
    if (ordinary != null) {
      return ordinary;
    }
    Map<Integer, Character> answers = read(cell, questions, AnswerEntries.in(cell));
    char[] letters = new char[questions.size()];
    for (int i = 0; i < letters.length; i++) {
      letters[i] = answers.getOrDefault(questions.get(i).number(), '\0');
    }
    return letters;
  }

  /** The answer of every single-choice question by its number. */
  private static Map<Integer, Character> read(
      Shadow cell, List<Question> questions, List<AnswerEntry> found) throws Refusing {
    var reader = new AnswerReader(cell, questions, found);
    var bare = reader.unnumbered();
    Map<Integer, Character> answers = bare != null ? bare : reader.numbered();
    for (Conclusions.Conclusion concluded : Conclusions.in(cell)) {
      Integer owner = reader.ownerOf(concluded.at());
      if (owner != null && reader.isWithoutOptions(owner)) {
        throw unasked(owner);
      }
      if (owner != null && answers.containsKey(owner) && answers.get(owner) != concluded.letter()) {
        throw Refusing.answers(
            Refusal.ANSWER_CONFLICT,
            "question %d is answered by %s, but its explanation concludes %s",
            owner,
            answers.get(owner),
            concluded.letter());
      }
    }
    return answers;
  }

  private Map<Integer, Character> numbered() throws Refusing {
    onlyConcluded = choices.size() > 1 && entries.stream().allMatch(e -> e.letters().isEmpty());
    var search = new AnswerSearch(questions);
    AnswerSearch.Reading reading = search.best(entries);
    if (!isWhole(questions, reading)) {
      var choicesFirst = new AnswerSearch(choices).best(entries);
      if (isWhole(choices, choicesFirst) && choicesFirst.lead() >= LEAD) {
        return apart(choicesFirst);
      }
    }
    var answers = new LinkedHashMap<Integer, Character>();
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      char sign = reading.signs().charAt(i);
      if (question.isChoice()) {
        answers.put(question.number(), letter(question, sign));
      } else if (isBareLetter(question.number())) {
        throw unasked(question.number());
      }
    }
    if (reading.lead() < LEAD) {
      throw Refusing.answers(
          Refusal.ANSWERS_AMBIGUOUS,
          "the answers can be read in more than one way; write them as 1. D  2. C, one for every"
              + " question");
    }
    OtherAnswers.check(others(reading), questions, answers);
    return answers;
  }

  /** The letters of the choice questions stand together, before or after the answers in words. */
  private Map<Integer, Character> apart(AnswerSearch.Reading reading) throws Refusing {
    var answers = new LinkedHashMap<Integer, Character>();
    for (int i = 0; i < choices.size(); i++) {
      answers.put(choices.get(i).number(), reading.signs().charAt(i));
    }
    for (Question question : questions) {
      if (!question.isChoice() && isBareLetter(question.number())) {
        throw unasked(question.number());
      }
    }
    OtherAnswers.check(others(reading), questions, answers);
    return answers;
  }

  private List<AnswerEntry> others(AnswerSearch.Reading reading) {
    return entries.stream().filter(entry -> !reading.used().contains(entry)).toList();
  }

  private static boolean isWhole(List<Question> questions, AnswerSearch.Reading reading) {
    for (int i = 0; i < questions.size(); i++) {
      char sign = reading.signs().charAt(i);
      if (questions.get(i).isChoice() && (sign < 'A' || sign > 'D')) {
        return false;
      }
    }
    return true;
  }

  private char letter(Question question, char sign) throws Refusing {
    int number = question.number();
    switch (sign) {
      case 'A', 'B', 'C', 'D':
        return sign;
      case AnswerSearch.MANY:
        throw Refusing.answers(
            Refusal.ANSWER_MULTIPLE,
            "question %d has more than one answer letter; it is no single-choice question",
            number);
      case AnswerSearch.MISCOUNTED:
        throw Refusing.answers(
            Refusal.ANSWER_COUNT,
            "the run of answers that covers question %d has not one letter for each of its"
                + " questions",
            number);
      case AnswerSearch.NONE, AnswerSearch.WORDS:
        Character concluded = !onlyConcluded ? null : Conclusions.only(cell, number, this::ownerOf);
        if (concluded != null) {
          return concluded;
        }
        throw Refusing.answers(
            Refusal.ANSWER_MISSING,
            "question %d has no answer letter; write it as %d. and one of A, B, C, D",
            number,
            number);
      default:
        throw Refusing.answers(
            Refusal.ANSWER_OUTSIDE,
            "question %d is answered by %s, which is none of A, B, C, D",
            number,
            sign);
    }
  }

  private boolean isWithoutOptions(int number) {
    return questions.stream().anyMatch(q -> q.number() == number && !q.isChoice());
  }

  private static Refusing unasked(int number) {
    return Refusing.answers(
        Refusal.ANSWER_WITHOUT_QUESTION,
        "question %d has an answer letter but no options in the options cell",
        number);
  }

  private boolean isBareLetter(int number) {
    boolean glued = entries.stream().anyMatch(e -> isChoice(e.first()) && isGlued(e));
    return entries.stream()
        .anyMatch(
            e ->
                e.first() == number
                    && !e.isRun()
                    && !e.letters().isEmpty()
                    && e.gain() >= (AnswerNotes.isFollowedByNumber(cell, e.end()) ? -0.8 : 1)
                    && (glued || !isGlued(e)));
  }

  /** True for a letter that runs on into Chinese words, as in {@code A角度}. */
  private boolean isGlued(AnswerEntry entry) {
    char next = cell.at(entry.end());
    return !entry.letters().isEmpty() && Glyphs.isHan(next) && next != '项';
  }

  /** Answers in the order of the questions, without numbers: {@code DCB}, or 【答案】D … 【答案】C. */
  private Map<Integer, Character> unnumbered() throws Refusing {
    if (entries.stream().anyMatch(e -> !e.letters().isEmpty())) {
      return null;
    }
    List<Character> letters = new ArrayList<>();
    int[] end = new int[1];
    int from = AnswerEntries.filler(cell, 0);
    String run = AnswerRuns.letters(cell, from, choices.size(), end);
    int rest = cell.skipBlanks(end[0]);
    boolean whole = rest >= cell.length() || isShortAnswer(end[0], rest);
    if (whole && !run.isEmpty()) {
      run.chars().forEach(c -> letters.add((char) c));
    } else {
      Conclusions.labelled(cell).forEach(label -> letters.add(label.letter()));
      if (letters.isEmpty() || entries.stream().anyMatch(e -> isChoice(e.first()))) {
        return null;
      }
    }
    if (letters.size() != choices.size()) {
      throw Refusing.answers(
          Refusal.ANSWER_COUNT,
          "the answers have no numbers and are %d, but there are %d single-choice questions; number"
              + " them",
          letters.size(),
          choices.size());
    }
    var answers = new LinkedHashMap<Integer, Character>();
    for (int i = 0; i < choices.size(); i++) {
      answers.put(choices.get(i).number(), letter(choices.get(i), letters.get(i)));
    }
    return answers;
  }

  private boolean isChoice(int number) {
    return choices.stream().anyMatch(question -> question.number() == number);
  }

  private boolean isShortAnswer(int end, int rest) {
    char c = cell.at(rest);
    boolean apart = rest > end || c == '①' || Glyphs.isDigit(c);
    return apart && !Glyphs.isLatin(c) && questions.size() > choices.size();
  }

  /** The question to which a place in the cell belongs: the last clear number before it. */
  private Integer ownerOf(int position) {
    Integer owner = null;
    for (AnswerEntry entry : entries) {
      if (entry.start() > position) {
        break;
      }
      if (entry.isRun()) {
        owner = null;
      } else if (entry.gain() >= AnswerNotes.OWNED) {
        owner = entry.first();
      }
    }
    return owner;
  }
}
