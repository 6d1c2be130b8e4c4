package io.tunemesh.inference.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.ChunkFilter;
import io.tunemesh.platform.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds a streamed answer back to its end, for rules that need the whole of it. Then it comes in
 * one chunk a candidate; or, where it may not be given, as an error.
 */
final class HeldStream implements ChunkFilter {

  private static final class Held {
    private final StringBuilder text = new StringBuilder();
    private final Map<String, StringBuilder> thoughts = new TreeMap<>();
    private final ArrayNode calls = Json.MAPPER.createArrayNode();
    private JsonNode finish = Json.MAPPER.nullNode();
  }

  private final AfterRules rules;
  private final List<Acted> acted;
  private final Runnable told;
  private final Map<Integer, Held> held = new TreeMap<>();
  private final List<ObjectNode> behind = new ArrayList<>();
  private ObjectNode first;
  private boolean chat;

  /**
   * @param acted takes what was done, at the end
   * @param told runs when {@code acted} is whole
   */
  HeldStream(AfterRules rules, List<Acted> acted, Runnable told) {
    this.rules = rules;
    this.acted = acted;
    this.told = told;
  }

  @Override
  public List<ObjectNode> next(ObjectNode chunk) {
    if (!(chunk.get("choices") instanceof ArrayNode choices) || choices.isEmpty()) {
      behind.add(chunk);
      return List.of();
    }
    if (first == null) {
      first = chunk.deepCopy();
      first.remove("usage");
    }
    choices.forEach(this::hold);
    if (chunk.path("usage").isObject()) {
      chunk.putArray("choices");
      behind.add(chunk);
    }
    return List.of();
  }

  private void hold(JsonNode choice) {
    Held one = held.computeIfAbsent(choice.path("index").asInt(0), any -> new Held());
    chat |= choice.has("delta");
    JsonNode owner = choice.path("delta");
    one.text.append(chat ? owner.path("content").asText("") : choice.path("text").asText(""));
    for (String thought : Answer.THOUGHTS) {
      if (owner.path(thought).isTextual()) {
        StringBuilder text = one.thoughts.computeIfAbsent(thought, any -> new StringBuilder());
        text.append(owner.get(thought).asText());
      }
    }
    owner.path("tool_calls").forEach(one.calls::add);
    if (choice.hasNonNull("finish_reason")) {
      one.finish = choice.get("finish_reason");
    }
  }

  @Override
  public List<ObjectNode> end() {
    if (first == null) {
      return behind;
    }
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode choices = answer.putArray("choices");
    held.forEach((index, one) -> choices.add(whole(one).put("index", index)));
    List<ObjectNode> chunks = new ArrayList<>();
    try {
      new Answer(answer).apply(rules, acted);
      answer.get("choices").forEach(choice -> chunks.add(chunk((ObjectNode) choice)));
      chunks.addAll(behind);
    } catch (Unfit e) {
      ObjectNode error = Json.MAPPER.createObjectNode();
      error.set("error", error(e));
      chunks.add(error);
    }
    told.run();
    return chunks;
  }

  private static JsonNode error(Unfit e) {
    try {
      Problem problem = new Problem(422, e.code(), e.getMessage(), null);
      return Json.MAPPER.readTree(problem.json(null)).get("error");
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private ObjectNode whole(Held one) {
    ObjectNode choice = Json.MAPPER.createObjectNode();
    ObjectNode owner = chat ? choice.putObject("message").put("role", "assistant") : choice;
    if (!one.text.isEmpty() || one.calls.isEmpty() && !one.thoughts.containsKey("refusal")) {
      owner.put(chat ? "content" : "text", one.text.toString());
    }
    one.thoughts.forEach((name, text) -> owner.put(name, text.toString()));
    if (!one.calls.isEmpty()) {
      owner.set("tool_calls", one.calls);
    }
    choice.set("finish_reason", one.finish);
    return choice;
  }

  private ObjectNode chunk(ObjectNode choice) {
    ObjectNode chunk = first.deepCopy();
    if (chat) {
      choice.set("delta", choice.remove("message"));
    }
    chunk.putArray("choices").add(choice);
    return chunk;
  }
}
