package io.tunemesh.inference.rule;

/**
 * That a rule did something, as the answer's metadata tell it.
 *
 * @param rule its field in the rule set, as {@code after.length}
 * @param reason what it did and why, without the words that it took out
 * @param choice the candidate that it is about; null where it is about all, or the question
 */
record Acted(String rule, String reason, Integer choice) {

  Acted(String rule, String reason) {
    this(rule, reason, null);
  }

  Acted of(int index) {
    return new Acted(rule, reason, index);
  }
}
