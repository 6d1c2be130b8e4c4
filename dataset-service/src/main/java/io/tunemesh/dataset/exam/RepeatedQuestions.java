package io.tunemesh.dataset.exam;

import java.util.List;

/** Refuses questions that stand twice, and those of which two options are the same. */
final class RepeatedQuestions {
  private RepeatedQuestions() {}

  static void check(List<Question> questions) throws Refusing {
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      if (!question.isChoice()) {
        continue;
      }
      if (holdsEqual(question.options())) {
        throw OptionReader.refuse(
            Refusal.OPTION_REPEATED, "two options of question %d are the same", question.number());
      }
      if (isRepeated(questions, i)) {
        throw OptionReader.refuse(
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
  private static boolean isRepeated(List<Question> questions, int index) {
    Question question = questions.get(index);
    for (Question other : questions.subList(0, index)) {
      if (other.stem().equals(question.stem()) && other.options().equals(question.options())) {
        return true;
      }
    }
    return false;
  }
}
