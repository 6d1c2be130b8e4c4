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

/**
 * The few fields of a request that this service reads; all others are the engine's. A name that
 * comes twice is refused, since two readers could each see another model.
 *
 * @param streams whether a stream is asked for
 * @param wantsUsage whether the stream is to end with its usage
 * @param stores whether the asker lets the answer be kept
 */
record Head(String model, boolean streams, boolean wantsUsage, boolean stores) {

  /**
   * @throws Refusal 400 if the body is no JSON object or names no model
   */
  static Head of(byte[] body) {
    String model = null;
    boolean streams = false;
    boolean usage = false;
    boolean stores = false;
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
          case "stream" -> streams = value == JsonToken.VALUE_TRUE;
          case "store" -> stores = value == JsonToken.VALUE_TRUE;
          default -> {}
        }
        if (name.equals("stream_options") && value == JsonToken.START_OBJECT) {
          usage = wantsUsage(json);
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
    return new Head(named(model), streams, usage, stores);
  }

  /** The same of a body that is read already. */
  static Head of(JsonNode body) {
    return new Head(
        named(body.path("model").textValue()),
        body.path("stream").asBoolean(false),
        body.path("stream_options").path("include_usage").asBoolean(false),
        body.path("store").asBoolean(false));
  }

  private static boolean wantsUsage(JsonParser json) throws IOException {
    boolean wants = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("include_usage")) {
        wants = value == JsonToken.VALUE_TRUE;
      }
      skip(json);
    }
    return wants;
  }

  private static String named(String model) {
    if (model == null || model.isBlank()) {
      throw Refusal.invalid(
          "missing_required_parameter",
          "The field 'model' must be the name of a model; GET /v1/models lists them.",
          "model");
    }
    return model;
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
