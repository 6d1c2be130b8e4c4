package io.tunemesh.inference.turn;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The few fields of a request that this service reads; all others are the engine's. A name that
 * comes twice is refused, since two readers could each see another model.
 *
 * @param streams whether a stream is asked for
 * @param wantsUsage whether the stream is to end with its usage
 * @param wantsUsageOften whether each of its chunks is to tell the usage until then, as vLLM can
 * @param stores whether the asker lets the answer be kept
 * @param ranks which of the fields that say how urgent it is are there
 */
record Head(
    String model,
    boolean streams,
    boolean wantsUsage,
    boolean wantsUsageOften,
    boolean stores,
    Set<String> ranks) {

  /** No model has a longer name, and what notes names down need take no longer one. */
  private static final int LONGEST_NAME = 256;

  private static final Set<String> RANKS = Set.of("priority", "service_tier");

  private static final String INCLUDE_USAGE = "include_usage";
  private static final String USAGE_OFTEN = "continuous_usage_stats";

  /**
   * @throws Refusal 400 if the body is no JSON object, names no model or asks for a stream in words
   *     that mean nothing; 404 if no model can have the name
   */
  static Head of(byte[] body) {
    String model = null;
    boolean streams = false;
    Set<String> options = Set.of();
    boolean stores = false;
    Set<String> ranks = new HashSet<>();
    try (JsonParser json = Json.MAPPER.createParser(body)) {
      json.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("The body must be a JSON object.");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "model" -> model = value == JsonToken.VALUE_STRING ? json.getText() : null;
          case "stream" -> streams = isTrue(value, "stream");
          case "store" -> stores = value == JsonToken.VALUE_TRUE;
          default -> {
            if (RANKS.contains(name)) {
              ranks.add(name);
            }
          }
        }
        if (name.equals("stream_options") && value == JsonToken.START_OBJECT) {
          options = options(json);
        } else if (name.equals("stream_options") && value != JsonToken.VALUE_NULL) {
          throw wrongOptions();
        } else {
          skip(json);
        }
      }
      if (json.nextToken() != null) {
        throw invalid("The body must be one JSON object and nothing else.");
      }
    } catch (JsonProcessingException e) {
      throw invalid("The body is no valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw invalid("The body cannot be read as JSON in UTF-8.");
    }
    return of(model, streams, options, stores, ranks);
  }

  /** The same of a body that is read already. */
  static Head of(JsonNode body) {
    JsonNode options = body.path("stream_options");
    if (!options.isObject() && !isAbsent(options)) {
      throw wrongOptions();
    }
    Set<String> wanted = new HashSet<>();
    for (String option : List.of(INCLUDE_USAGE, USAGE_OFTEN)) {
      if (isTrue(options.path(option), "stream_options." + option)) {
        wanted.add(option);
      }
    }
    return of(
        body.path("model").textValue(),
        isTrue(body.path("stream"), "stream"),
        wanted,
        body.path("store").asBoolean(false),
        RANKS.stream().filter(body::has).collect(Collectors.toSet()));
  }

  /** As in vLLM, usage in each chunk is only for one who wants usage at all. */
  private static Head of(
      String model, boolean streams, Set<String> options, boolean stores, Set<String> ranks) {
    boolean usage = options.contains(INCLUDE_USAGE);
    boolean often = usage && options.contains(USAGE_OFTEN);
    return new Head(named(model), streams, usage, often, stores, Set.copyOf(ranks));
  }

  /** Whether it is known that the request has no field of that name, however names are written. */
  boolean lacks(String field) {
    return RANKS.contains(field) && !ranks.contains(field);
  }

  private static Set<String> options(JsonParser json) throws IOException {
    Set<String> wanted = new HashSet<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      boolean ours = name.equals(INCLUDE_USAGE) || name.equals(USAGE_OFTEN);
      if (ours && isTrue(value, "stream_options." + name)) {
        wanted.add(name);
      }
      skip(json);
    }
    return wanted;
  }

  private static boolean isTrue(JsonToken value, String field) {
    if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
      throw noBoolean(field);
    }
    return value == JsonToken.VALUE_TRUE;
  }

  private static boolean isTrue(JsonNode value, String field) {
    if (!value.isBoolean() && !isAbsent(value)) {
      throw noBoolean(field);
    }
    return value.booleanValue();
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isNull() || value.isMissingNode();
  }

  private static Refusal noBoolean(String field) {
    return Refusal.invalid(
        "invalid_value", "The field '%s' must be true or false.".formatted(field), field);
  }

  private static Refusal wrongOptions() {
    return Refusal.invalid(
        "invalid_value",
        "The field 'stream_options' must be an object, such as {\"include_usage\": true}.",
        "stream_options");
  }

  private static String named(String model) {
    if (model == null || model.isBlank()) {
      throw Refusal.invalid(
          "missing_required_parameter",
          "The field 'model' must be the name of a model; GET /v1/models lists them.",
          "model");
    }
    if (model.length() > LONGEST_NAME || !isPrintable(model)) {
      throw new Refusal(
          new Problem(
              404,
              "model_not_found",
              "No model has a name of over 256 characters or with control characters in it; GET"
                  + " /v1/models lists them.",
              "model"));
    }
    return model;
  }

  private static boolean isPrintable(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < ' ' || name.charAt(i) > '~') {
        return name.codePoints().noneMatch(Head::isUnprintable);
      }
    }
    return true;
  }

  /** Half a character is no more storable than a control character. */
  private static boolean isUnprintable(int character) {
    return Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
  }

  /** Reads through arrays and objects token by token, so that duplicates in them are met too. */
  private static void skip(JsonParser json) throws IOException {
    int depth = json.currentToken().isStructStart() ? 1 : 0;
    while (depth > 0) {
      JsonToken token = json.nextToken();
      if (token == null) {
        throw invalid("The body ends in the middle of a value.");
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }
  }

  private static Refusal invalid(String detail) {
    return new Refusal(new Problem(400, "invalid_json", detail, null));
  }
}
