package io.tunemesh.trainer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Mistake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a request's body. What is wrong with one is kept, so that all of it can be told.
 */
final class RequestFields {

  private final ObjectNode body;
  private final List<Mistake> mistakes = new ArrayList<>();

  /** A field that is null counts as one that is not there. */
  RequestFields(ObjectNode body) {
    this.body = body;
    body.properties().removeIf(field -> field.getValue().isNull());
  }

  ObjectNode body() {
    return body;
  }

  List<Mistake> mistakes() {
    return mistakes;
  }

  void wrong(String field, String message) {
    mistakes.add(new Mistake(field, message));
  }

  /** The text of a field; null if it is not there, or wrong. */
  String text(String name, int longest) {
    JsonNode node = body.get(name);
    if (node == null) {
      return null;
    }
    if (!node.isTextual() || node.asText().isBlank() || node.asText().length() > longest) {
      wrong(name, "must be a string of 1 to " + longest + " characters");
      return null;
    }
    if (node.asText().chars().anyMatch(Character::isISOControl)) {
      wrong(name, "must be a string without control characters");
      return null;
    }
    return node.asText();
  }

  /** The object of a field; an empty one if it is not there, or wrong. */
  ObjectNode object(String name) {
    JsonNode given = body.path(name);
    if (given instanceof ObjectNode object) {
      return object;
    }
    if (!given.isMissingNode()) {
      wrong(name, "must be an object");
    }
    return Json.MAPPER.createObjectNode();
  }

  /** OpenAI's metadata, within its bounds; {@code otherwise} if there is none. */
  Map<String, String> metadata(Map<String, String> otherwise) {
    JsonNode given = body.path("metadata");
    if (given.isMissingNode()) {
      return otherwise;
    }
    if (!given.isObject() || given.size() > 16) {
      wrong("metadata", "must be an object of at most 16 pairs");
      return null;
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (var pair : given.properties()) {
      String both = pair.getKey() + pair.getValue().asText();
      if (pair.getKey().length() > 64 || both.chars().anyMatch(Character::isISOControl)) {
        wrong("metadata", "has a key of more than 64 characters, or a control character");
      }
      if (!pair.getValue().isTextual() || pair.getValue().asText().length() > 512) {
        wrong("metadata." + pair.getKey(), "must be a string of at most 512 characters");
      }
      metadata.put(pair.getKey(), pair.getValue().asText());
    }
    return metadata;
  }
}
