package io.tunemesh.dataset.exam;

import java.util.Map;

/**
 * One single-choice question; it cannot exist without a stem, four options A to D and an answer.
 *
 * @param number its number in the paper
 * @param stem the question
 * @param options the texts of the options, in the order A, B, C, D
 * @param answer the letter of the right option, 'A' to 'D'
 */
public record Item(int number, String stem, Map<String, String> options, char answer) {
  public Item {
    if (stem.isBlank()) {
      throw new IllegalArgumentException("question " + number + " has no stem");
    }
    if (options.size() != 4 || answer < 'A' || answer > 'D') {
      throw new IllegalArgumentException("question " + number + " needs A to D and one answer");
    }
    LetteredTexts texts = LetteredTexts.of(options);
    String missing = texts.missing();
    if (missing != null) {
      throw new IllegalArgumentException("question " + number + " has no option " + missing);
    }
    options = texts;
  }
}
