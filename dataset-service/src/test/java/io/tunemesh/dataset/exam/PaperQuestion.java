package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/** A question on its way into a cell; a fault changes it, and a hand writes what is left. */
final class PaperQuestion {
  /** One option as it is to be written; without a letter its text stands alone. */
  record Part(String letter, String text) {}

  int number;
  boolean numbered = true;
  String stem;
  final List<Part> parts = new ArrayList<>();
  String answer;
  String concluded;

  /** What answers it in words; null for a choice question. */
  final String words;

  boolean asked = true;
  boolean answered = true;

  private PaperQuestion(int number, String stem, String answer, String words) {
    this.number = number;
    this.stem = stem;
    this.answer = answer;
    this.concluded = answer;
    this.words = words;
  }

  static PaperQuestion choice(int number, String stem, List<String> options, char answer) {
    var question = new PaperQuestion(number, stem, String.valueOf(answer), null);
    for (int i = 0; i < options.size(); i++) {
      question.parts.add(new Part(String.valueOf((char) ('A' + i)), options.get(i)));
    }
    return question;
  }

  static PaperQuestion open(int number, String stem, String words) {
    return new PaperQuestion(number, stem, null, words);
  }

  boolean isChoice() {
    return words == null;
  }

  PaperQuestion copy() {
    var copy = new PaperQuestion(number, stem, answer, words);
    copy.parts.addAll(parts);
    return copy;
  }

  /** The item in the notation by which the test compares: blanks tell nothing apart. */
  String truth() {
    var out = new StringBuilder().append(number).append(answer).append('|').append(stem);
    parts.forEach(part -> out.append('|').append(part.text()));
    return bare(out.toString());
  }

  static String truth(Item item) {
    return bare(
        ""
            + item.number()
            + item.answer()
            + '|'
            + item.stem()
            + '|'
            + String.join("|", item.options().values()));
  }

  private static String bare(String text) {
    return text.codePoints()
        .filter(c -> !Character.isWhitespace(c) && !Character.isSpaceChar(c) && c != 0x200B)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
