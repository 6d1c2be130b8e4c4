package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.Json;

/** JSON inside a cell, as a record carries what was nested in its source. */
final class Nested {

  private static final ObjectReader STRICT =
      Json.MAPPER
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Nested() {}

  /** The JSON of a role's cell, or null where the cell is empty. Throws Unusable for any other. */
  static JsonNode json(Row row, String role, String code, String wanted) throws Unusable {
    String text = row.text(role);
    if (text.isEmpty()) {
      return null;
    }
    JsonNode json = parse(text);
    if (json == null) {
      throw new Unusable(code, role, "the %s is no JSON; it must be %s".formatted(role, wanted));
    }
    return json;
  }

  /** A list in a role's cell. Throws Unusable where it is none. */
  static JsonNode list(Row row, String role, String code, String wanted) throws Unusable {
    row.needed(role);
    JsonNode json = json(row, role, code, wanted);
    if (!json.isArray()) {
      throw new Unusable(code, role, "the %s must be %s".formatted(role, wanted));
    }
    return json;
  }

  /** The JSON of a text; null where it is none. */
  static JsonNode parse(String text) {
    try {
      JsonNode json = STRICT.readTree(text);
      return json.isMissingNode() ? null : json;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
