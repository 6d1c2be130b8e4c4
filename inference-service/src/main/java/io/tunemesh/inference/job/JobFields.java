package io.tunemesh.inference.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.http.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the fields of a request for a job; each refusal says what would be right. */
public final class JobFields {

  private static final Pattern WINDOW = Pattern.compile("(\\d{1,4})([mhd])");
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final int PAIRS = 16;
  private static final int KEY = 64;
  private static final int VALUE = 512;

  private JobFields() {}

  /** The body of a request. */
  public static ObjectNode object(String body) {
    try {
      JsonNode json = body == null || body.isBlank() ? null : Json.MAPPER.readTree(body);
      if (json instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw Refusal.invalid("invalid_json", "The body is no JSON: " + e.getOriginalMessage(), null);
    }
    throw Refusal.invalid("invalid_json", "The body must be a JSON object.", null);
  }

  /** Refuses fields that there are not, so that a misspelt one is not passed over. */
  public static void only(ObjectNode body, Set<String> known) {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw Refusal.invalid(
                    "unknown_parameter",
                    "There is no field '%s'; there are %s."
                        .formatted(name, String.join(", ", known.stream().sorted().toList())),
                    name);
              }
            });
  }

  /** A text that must be there. */
  public static String needed(JsonNode body, String field, String meaning) {
    String text = optional(body, field);
    if (text == null) {
      throw Refusal.invalid(
          "missing_required_parameter", "Give '%s': %s.".formatted(field, meaning), field);
    }
    return text;
  }

  /** A text; null if it is absent. */
  public static String optional(JsonNode body, String field) {
    JsonNode value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.asText().isBlank() || value.asText().indexOf('\0') >= 0) {
      throw Refusal.invalid("invalid_value", "'%s' must be a text.".formatted(field), field);
    }
    return value.asText();
  }

  /** How long a job may take, as {@code 24h}, which it is if nothing is said. */
  public static Duration window(JsonNode body) {
    String asked = optional(body, "completion_window");
    if (asked == null) {
      return Duration.ofHours(24);
    }
    Matcher window = WINDOW.matcher(asked);
    Duration time = Duration.ZERO;
    if (window.matches()) {
      long count = Long.parseLong(window.group(1));
      time =
          switch (window.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
    }
    if (!time.isPositive() || time.compareTo(LONGEST) > 0) {
      throw Refusal.invalid(
          "invalid_completion_window",
          "'completion_window' is a time of up to 7 days, as 24h or 30m.",
          "completion_window");
    }
    return time;
  }

  /** The client's own pairs; null if there are none. */
  public static Map<String, String> metadata(JsonNode body) {
    JsonNode metadata = body.path("metadata");
    if (metadata.isMissingNode() || metadata.isNull()) {
      return null;
    }
    Map<String, String> pairs = new TreeMap<>();
    metadata
        .properties()
        .forEach(
            pair -> {
              String value = pair.getValue().textValue();
              if (value == null
                  || value.length() > VALUE
                  || value.indexOf('\0') >= 0
                  || pair.getKey().length() > KEY) {
                throw wrongMetadata();
              }
              pairs.put(pair.getKey(), value);
            });
    if (!metadata.isObject() || pairs.size() > PAIRS) {
      throw wrongMetadata();
    }
    return pairs;
  }

  private static Refusal wrongMetadata() {
    return Refusal.invalid(
        "invalid_metadata",
        "'metadata' is an object of up to %d texts; a name has up to %d characters, a text %d."
            .formatted(PAIRS, KEY, VALUE),
        "metadata");
  }
}
