package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import java.io.IOException;

/**
 * The tokens that an answer has cost.
 *
 * @param isEstimate whether we counted them, because the engine did not say
 */
public record Usage(long promptTokens, long completionTokens, boolean isEstimate) {

  public static final Usage NONE = new Usage(0, 0);

  /** As the engine counted. */
  public Usage(long promptTokens, long completionTokens) {
    this(promptTokens, completionTokens, false);
  }

  /** Of an answer or a chunk; {@link #NONE} if it does not say. */
  public static Usage of(JsonNode answer) {
    JsonNode usage = answer.path("usage");
    return usage.isObject()
        ? new Usage(
            usage.path("prompt_tokens").asLong(0), usage.path("completion_tokens").asLong(0))
        : NONE;
  }

  /** The same of an answer's bytes, which may be no JSON. */
  public static Usage in(byte[] answer) {
    try {
      return of(Json.MAPPER.readTree(answer));
    } catch (IOException e) {
      return NONE;
    }
  }
}
