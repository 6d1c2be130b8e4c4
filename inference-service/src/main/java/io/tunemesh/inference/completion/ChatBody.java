package io.tunemesh.inference.completion;

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
 * The one field of a request that this service reads; all others are the engine's. A name that
 * comes twice is refused, since two readers could each see another model.
 */
final class ChatBody {

  private ChatBody() {}

  /**
   * The model that {@code body} asks for.
   *
   * @throws Refusal 400 if the body is no JSON object or names no model
   */
  static String model(byte[] body) {
    String model = null;
    try (JsonParser json = Json.MAPPER.createParser(body)) {
      json.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("The body must be a JSON object.");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("model")) {
          model = value == JsonToken.VALUE_STRING ? json.getText() : null;
        }
        skip(json);
      }
      if (json.nextToken() != null) {
        throw invalid("The body must be one JSON object and nothing else.");
      }
    } catch (JsonProcessingException e) {
      throw invalid("The body is no valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw invalid("The body cannot be read as JSON in UTF-8.");
    }
    return named(model);
  }

  /** The model that {@code body} asks for, with the same refusals. */
  static String model(JsonNode body) {
    return named(body.path("model").textValue());
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
