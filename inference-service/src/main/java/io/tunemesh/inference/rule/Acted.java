package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

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

  /** As {@link io.tunemesh.contract.Json} writes it, in a tenth of the time. */
  void addTo(ArrayNode told) {
    ObjectNode one = told.addObject().put("rule", rule).put("reason", reason);
    if (choice != null) {
      one.put("choice", choice);
    }
  }
}
