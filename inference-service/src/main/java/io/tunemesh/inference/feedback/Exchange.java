package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.ChunkFilter;

/**
 * A question and its answer while it comes. What has no text, such as a call of a tool, is not
 * kept.
 */
final class Exchange {

  private final ArrayNode messages;
  private final ArrayNode tools;
  private final StringBuilder streamed = new StringBuilder();
  private String completion;
  private String answer;
  private boolean unkeepable;

  /**
   * @param tools that the question offers; null where it offers none
   */
  Exchange(ArrayNode messages, ArrayNode tools) {
    this.messages = messages;
    this.tools = tools;
  }

  /** Sees the whole answer. */
  synchronized void answered(ObjectNode body) {
    completion = body.path("id").textValue();
    JsonNode choice = body.path("choices").path(0);
    JsonNode said = choice.has("text") ? choice.get("text") : choice.at("/message/content");
    answer = said.textValue();
    unkeepable |= body.at("/choices/0/message/tool_calls").size() > 0;
  }

  /** Sees an answer in chunks, which go on as they are. */
  ChunkFilter chunks() {
    return ChunkFilter.seeing(this::see);
  }

  private synchronized void see(ObjectNode chunk) {
    if (completion == null) {
      completion = chunk.path("id").textValue();
    }
    for (var choice : chunk.path("choices")) {
      if (choice.path("index").asInt(0) == 0) {
        streamed.append(choice.at("/delta/content").asText(choice.path("text").asText("")));
        unkeepable |= choice.at("/delta/tool_calls").size() > 0;
      }
    }
  }

  /** The id of the answer; null if the engine gave none. */
  synchronized String completion() {
    return completion;
  }

  /** The question, as JSON. */
  String messages() {
    return messages.toString();
  }

  /** The question's tools, as JSON; null where it has none. */
  String tools() {
    return tools == null ? null : tools.toString();
  }

  /** The message that answers, as JSON; null if there is none that can be kept. */
  synchronized String answer() {
    String text = answer == null && !streamed.isEmpty() ? streamed.toString() : answer;
    return text == null || unkeepable
        ? null
        : Json.MAPPER.createObjectNode().put("role", "assistant").put("content", text).toString();
  }
}
