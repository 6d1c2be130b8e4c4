package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.JsonNode;

/** The tokens that an answer has cost, as its {@code usage} says. */
public record Usage(long promptTokens, long completionTokens) {

  public static final Usage NONE = new Usage(0, 0);

  /** Of an answer or a chunk; {@link #NONE} if it does not say. */
  public static Usage of(JsonNode answer) {
    JsonNode usage = answer.path("usage");
    return usage.isObject()
        ? new Usage(
            usage.path("prompt_tokens").asLong(0), usage.path("completion_tokens").asLong(0))
        : NONE;
  }
}
