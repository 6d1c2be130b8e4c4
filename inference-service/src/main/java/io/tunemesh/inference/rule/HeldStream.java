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
 * one chunk a candidate, and one more for each further call of a tool; or, where it may not be
 * given, as an error.
 */
final class HeldStream implements ChunkFilter {

  private static final class Held {
    private final StringBuilder text = new StringBuilder();
    private final Map<String, StringBuilder> thoughts = new TreeMap<>();
    private final Map<Integer, Call> calls = new TreeMap<>();
    private final Call function = new Call();
    private final ObjectNode tokens = Json.MAPPER.createObjectNode();
    private JsonNode finish = Json.MAPPER.nullNode();
  }

  /** A call of a tool, put together from the parts in which it came. */
  private static final class Call {
    private final ObjectNode parts = Json.MAPPER.createObjectNode();
    private final StringBuilder arguments = new StringBuilder();

    private void add(JsonNode part) {
      fill(parts, part);
    }

    private void fill(ObjectNode whole, JsonNode part) {
      for (var field : part.properties()) {
        String name = field.getKey();
        if (field.getValue().isObject()) {
          fill(whole.withObjectProperty(name), field.getValue());
        } else if (name.equals("arguments")) {
          arguments.append(field.getValue().asText(""));
          whole.put(name, "");
        } else if (whole.path(name).asText("").isEmpty()) {
          whole.set(name, field.getValue());
        }
      }
    }

    private ObjectNode whole() {
      JsonNode owner = parts.findParent("arguments");
      if (owner instanceof ObjectNode one) {
        one.put("arguments", arguments.toString());
      }
      return parts;
    }
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
    for (JsonNode call : owner.path("tool_calls")) {
      int place = call.path("index").asInt(one.calls.size());
      one.calls.computeIfAbsent(place, any -> new Call()).add(call);
    }
    one.function.add(owner.path("function_call"));
    for (String tokens : Answer.TOKENS) {
      append(one.tokens, tokens, choice.path(tokens));
    }
    if (choice.hasNonNull("finish_reason")) {
      one.finish = choice.get("finish_reason");
    }
  }

  /** Puts lists behind those of the same name, at any depth. */
  private static void append(ObjectNode whole, String name, JsonNode part) {
    if (part.isArray()) {
      part.forEach(whole.withArrayProperty(name)::add);
    } else if (part.isObject()) {
      ObjectNode below = whole.withObjectProperty(name);
      part.properties().forEach(field -> append(below, field.getKey(), field.getValue()));
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
      answer.get("choices").forEach(choice -> give((ObjectNode) choice, chunks));
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
      ArrayNode calls = owner.putArray("tool_calls");
      one.calls.values().forEach(call -> calls.add(call.whole()));
    }
    if (!one.function.parts.isEmpty()) {
      owner.set("function_call", one.function.whole());
    }
    choice.setAll(one.tokens);
    choice.set("finish_reason", one.finish);
    return choice;
  }

  /** Engines tell one call in a chunk, and there are clients that read no other. */
  private void give(ObjectNode choice, List<ObjectNode> chunks) {
    if (chat) {
      choice.set("delta", choice.remove("message"));
    }
    ObjectNode last = choice;
    chunks.add(chunk(last));
    while (choice.at("/delta/tool_calls") instanceof ArrayNode calls && calls.size() > 1) {
      ObjectNode next = Json.MAPPER.createObjectNode().set("index", choice.get("index"));
      next.putObject("delta").putArray("tool_calls").add(calls.remove(1));
      next.set("finish_reason", last.get("finish_reason"));
      last.putNull("finish_reason");
      last = next;
      chunks.add(chunk(last));
    }
  }

  private ObjectNode chunk(ObjectNode choice) {
    ObjectNode chunk = first.deepCopy();
    chunk.putArray("choices").add(choice);
    return chunk;
  }
}
