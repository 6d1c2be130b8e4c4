package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/** A question before it is typed; a test may break it by taking something away. */
final class DraftQuestion {
  record Option(char letter, String text) {}

  Integer number;
  String stem;
  final List<Option> options = new ArrayList<>();
  String answer;
  boolean answered = true;
  boolean choice;

  static DraftQuestion choice(int number, String stem, List<String> texts, char answer) {
    var question = new DraftQuestion();
    question.number = number;
    question.stem = stem;
    question.choice = true;
    question.answer = String.valueOf(answer);
    for (int i = 0; i < 4; i++) {
      question.options.add(new Option((char) ('A' + i), texts.get(i)));
    }
    return question;
  }

  static DraftQuestion words(int number, String stem, String answer) {
    var question = new DraftQuestion();
    question.number = number;
    question.stem = stem;
    question.answer = answer;
    return question;
  }
}
