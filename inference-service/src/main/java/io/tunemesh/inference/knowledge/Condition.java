package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.platform.http.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** OpenAI's filters on the attributes of files: comparisons, and {@code and} and {@code or}. */
final class Condition {

  private static final int DEEPEST = 8;

  private Condition() {}

  /**
   * What a file's attributes must meet.
   *
   * @param filter null where all will do
   * @throws Refusal if it is none
   */
  static Predicate<ObjectNode> of(JsonNode filter) {
    return filter == null || filter.isNull() ? any -> true : read(filter, "filters", 0);
  }

  private static Predicate<ObjectNode> read(JsonNode filter, String at, int depth) {
    String type = filter.path("type").asText();
    if (depth > DEEPEST) {
      throw invalid(at, "is nested too deep; %d levels are the most".formatted(DEEPEST));
    }
    return switch (type) {
      case "and", "or" -> {
        List<Predicate<ObjectNode>> all = new ArrayList<>();
        JsonNode parts = filter.path("filters");
        if (!parts.isArray() || parts.isEmpty()) {
          throw invalid(at + ".filters", "must be a list of filters");
        }
        for (int i = 0; i < parts.size(); i++) {
          all.add(read(parts.get(i), "%s.filters[%d]".formatted(at, i), depth + 1));
        }
        yield type.equals("and")
            ? file -> all.stream().allMatch(one -> one.test(file))
            : file -> all.stream().anyMatch(one -> one.test(file));
      }
      case "eq", "ne", "gt", "gte", "lt", "lte", "in", "nin" -> comparison(type, filter, at);
      default ->
          throw invalid(at + ".type", "must be one of and, or, eq, ne, gt, gte, lt, lte, in, nin");
    };
  }

  private static Predicate<ObjectNode> comparison(String type, JsonNode filter, String at) {
    String key = filter.path("key").asText();
    JsonNode value = filter.path("value");
    boolean list = type.equals("in") || type.equals("nin");
    if (key.isEmpty()) {
      throw invalid(at + ".key", "must be the name of an attribute");
    }
    if (list ? !value.isArray() : !value.isValueNode() || value.isNull()) {
      throw invalid(at + ".value", list ? "must be a list" : "must be a text, a number or a truth");
    }
    return file -> {
      JsonNode own = file == null ? null : file.get(key);
      boolean negative = type.equals("ne") || type.equals("nin");
      if (own == null) {
        return negative;
      }
      if (list) {
        boolean found =
            StreamSupport.stream(value.spliterator(), false).anyMatch(one -> same(own, one));
        return found != negative;
      }
      return switch (type) {
        case "eq" -> same(own, value);
        case "ne" -> !same(own, value);
        default -> compares(type, own, value);
      };
    };
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.asDouble() == other.asDouble()
        : one.equals(other);
  }

  private static boolean compares(String type, JsonNode own, JsonNode value) {
    if (own.isNumber() != value.isNumber() || own.isTextual() != value.isTextual()) {
      return false;
    }
    int order =
        own.isNumber()
            ? Double.compare(own.asDouble(), value.asDouble())
            : own.asText().compareTo(value.asText());
    return switch (type) {
      case "gt" -> order > 0;
      case "gte" -> order >= 0;
      case "lt" -> order < 0;
      default -> order <= 0;
    };
  }

  private static Refusal invalid(String field, String message) {
    return Refusal.invalid("invalid_filter", field + " " + message + ".", field);
  }
}
