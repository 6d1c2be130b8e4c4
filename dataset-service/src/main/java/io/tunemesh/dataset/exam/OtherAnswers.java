package io.tunemesh.dataset.exam;

import java.util.List;
import java.util.Map;

/** Refuses a cell in which an answer that was not needed contradicts those that were. */
final class OtherAnswers {
  private static final double CLEAR = 2;

  private OtherAnswers() {}

  /** Answers that were not used must not say something else, nor belong to a question not there. */
  static void check(
      List<AnswerEntry> others, List<Question> questions, Map<Integer, Character> answers)
      throws Refusing {
    int highest = questions.getLast().number();
    for (AnswerEntry entry : others) {
      if (entry.gain() < CLEAR || entry.letters().isEmpty()) {
        continue;
      }
      if (entry.isRun()) {
        checkRun(entry, answers);
      } else if (questions.stream().noneMatch(q -> q.number() == entry.first())) {
        if (entry.isSingleLetter() && entry.first() <= highest + 10) {
          throw Refusing.answers(
              Refusal.ANSWER_WITHOUT_QUESTION,
              "there is an answer for question %d, which the options cell does not have",
              entry.first());
        }
      } else {
        Character given = answers.get(entry.first());
        if (given != null && !entry.letters().equals(String.valueOf(given))) {
          throw conflict(entry.first(), given, entry.letters());
        }
      }
    }
  }

  private static void checkRun(AnswerEntry run, Map<Integer, Character> answers) throws Refusing {
    boolean whole = run.letters().length() == run.last() - run.first() + 1;
    for (int number = run.first(); number <= run.last(); number++) {
      if (!whole || !answers.containsKey(number)) {
        throw Refusing.answers(
            Refusal.ANSWER_COUNT,
            "the answers %d-%d do not match the questions of the options cell",
            run.first(),
            run.last());
      }
      char letter = run.letters().charAt(number - run.first());
      if (answers.get(number) != letter) {
        throw conflict(number, answers.get(number), String.valueOf(letter));
      }
    }
  }

  private static Refusing conflict(int number, char given, String other) {
    return Refusing.answers(
        Refusal.ANSWER_CONFLICT, "question %d is answered by %s and by %s", number, given, other);
  }
}
