package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * How many schemas one value can meet, at each place of a JSON Schema: those of its combinations
 * and references. What goes into the value, as {@code properties} do, meets another one, so that a
 * schema of trees may refer to itself there.
 */
final class SchemaCost {

  private static final int MOST = 10_000;
  private static final int LONGEST_CHAIN = 500;
  private static final long OPEN = -1;

  private final JsonNode root;
  private final Map<String, JsonNode> anchors = new HashMap<>();
  private final Map<JsonNode, Long> costs = new IdentityHashMap<>();

  private SchemaCost(JsonNode root) {
    this.root = root;
  }

  /**
   * @throws IllegalArgumentException if a value can meet too many, or the same one for ever
   */
  static void check(JsonNode schema) {
    SchemaCost cost = new SchemaCost(schema);
    cost.name(schema);
    cost.each(schema);
  }

  private void name(JsonNode schema) {
    for (String name : new String[] {"$anchor", "$dynamicAnchor"}) {
      if (schema.path(name).isTextual()) {
        anchors.put("#" + schema.get(name).asText(), schema);
      }
    }
    schema.forEach(this::name);
  }

  private void each(JsonNode schema) {
    of(schema, 0);
    schema.forEach(this::each);
  }

  private long of(JsonNode schema, int chain) {
    Long known = schema.isObject() ? costs.putIfAbsent(schema, OPEN) : Long.valueOf(1);
    if (known != null && known != OPEN) {
      return known;
    }
    if (known != null) {
      throw new IllegalArgumentException(
          "refers to itself without going into the value, so that it never comes to an end");
    }
    if (chain > LONGEST_CHAIN) {
      throw new IllegalArgumentException(
          "combines and refers more than %d deep".formatted(LONGEST_CHAIN));
    }
    long cost = 1;
    for (var field : schema.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "$ref", "$dynamicRef", "$recursiveRef" ->
            cost += of(target(value.asText()), chain + 1);
        case "not", "if", "then", "else" -> cost += of(value, chain + 1);
        case "allOf", "anyOf", "oneOf", "dependentSchemas", "dependencies" -> {
          for (JsonNode one : value) {
            cost += of(one, chain + 1);
          }
        }
        default -> {}
      }
    }
    if (cost > MOST) {
      throw new IllegalArgumentException(
          "holds a value against more than %d schemas; combine fewer".formatted(MOST));
    }
    costs.put(schema, cost);
    return cost;
  }

  /** Missing where there is none, which the validator tells. */
  private JsonNode target(String ref) {
    if (ref.equals("#") || ref.startsWith("#/")) {
      String pointer = ref.substring(1).replace("+", "%2B");
      return root.at(URLDecoder.decode(pointer, StandardCharsets.UTF_8));
    }
    return anchors.getOrDefault(ref, MissingNode.getInstance());
  }
}
