package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;

/**
 * A rule set as clients see it.
 *
 * @param object always {@code rule_set}
 */
record RuleSetView(String name, String object, int version, long createdAt, JsonNode rules) {

  static RuleSetView of(RuleSetVersion version) {
    return new RuleSetView(
        version.name(),
        "rule_set",
        version.version(),
        version.createdAt().getEpochSecond(),
        Json.MAPPER.valueToTree(version.spec()));
  }

  /** What a deletion answers. */
  record Deleted(String name, String object, boolean deleted) {}
}
