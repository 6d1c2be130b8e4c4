package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tunemesh.contract.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Chats in OpenAI's shape: {@code messages}, or {@code messages} and the {@code completion} that
 * answers them. Faults have the codes that OpenAI's own check gives them.
 */
final class OpenAiChats {

  private static final String CHAT = "messages";
  private static final String SHAPE =
      "a list of messages, each {\"role\": \"user\", \"content\": \"…\"}";

  /** The last five are what engines give with an answer; they are not learnt. */
  private static final Set<String> KEYS =
      Set.of(
          "role",
          "content",
          "name",
          "weight",
          "tool_calls",
          "tool_call_id",
          "function_call",
          "refusal",
          "annotations",
          "audio",
          "reasoning",
          "reasoning_content");

  static final RecipeType TYPE =
      RecipeType.rows(
          "messages",
          Task.SFT,
          "messages: [{role, content}], completion",
          List.of(
              Role.needed(CHAT),
              Role.optional("completion"),
              Role.optional("tools"),
              Role.optional("functions")),
          List.of(Tools.SETTING),
          null,
          settings -> row -> read(row, settings.is("tools", "text")));

  private OpenAiChats() {}

  private static Example read(Row row, boolean toolsAsText) throws Unusable {
    if (row.text(CHAT).isEmpty()) {
      throw new Unusable("missing_messages_list", CHAT, "the row has no messages; give " + SHAPE);
    }
    JsonNode list = Nested.list(row, CHAT, "data_type", SHAPE);
    ChatTurns chat = new ChatTurns(CHAT, toolsAsText);
    chat.functions(functions(row));
    int number = 0;
    for (JsonNode message : list) {
      add(chat, message, ++number);
    }
    for (JsonNode message : completion(row)) {
      add(chat, message, ++number);
    }
    return ShareGpt.example(chat.done(), row);
  }

  /** The functions of a row as {@code tools}, where it has OpenAI's older spelling as well. */
  private static JsonNode functions(Row row) throws Unusable {
    JsonNode tools = Nested.json(row, "tools", "tools_malformed", "a list of functions");
    JsonNode older = Nested.json(row, "functions", "tools_malformed", "a list of functions");
    if (older == null || older.isNull() || older.isArray() && older.isEmpty()) {
      return tools;
    }
    if (tools != null && !tools.isEmpty()) {
      throw new Unusable(
          "tools_malformed", "functions", "the row has tools and functions; leave one of them");
    }
    if (!older.isArray()) {
      return older;
    }
    ArrayNode list = Json.MAPPER.createArrayNode();
    older.forEach(f -> list.addObject().put("type", "function").set("function", f));
    return list;
  }

  /** A completion is a text, a message or a list of them. */
  private static List<JsonNode> completion(Row row) throws Unusable {
    String text = row.text("completion");
    if (text.isEmpty()) {
      return List.of();
    }
    JsonNode json = Nested.parse(text);
    if (json != null && json.isObject() && json.has("role")) {
      return List.of(json);
    }
    if (json != null && json.isArray() && json.valueStream().allMatch(m -> m.has("role"))) {
      return json.valueStream().toList();
    }
    return List.of(Json.MAPPER.createObjectNode().put("role", "assistant").put("content", text));
  }

  private static void add(ChatTurns chat, JsonNode message, int number) throws Unusable {
    if (!message.isObject()) {
      throw chat.refused("data_type", "has no message in place %d".formatted(number));
    }
    for (var field : message.properties()) {
      if (!field.getValue().isNull() && !KEYS.contains(field.getKey())) {
        throw chat.refused(
            "message_unrecognized_key",
            "has the key '%s' in message %d; take it away"
                .formatted(Shown.of(field.getKey()), number));
      }
    }
    if (!message.path("role").isTextual()) {
      throw chat.refused("message_missing_key", "has no role in message %d".formatted(number));
    }
    String role = message.get("role").asText();
    switch (role) {
      case "system", "developer" -> chat.system(content(chat, message, number));
      case "user" -> chat.user(content(chat, message, number));
      case "assistant" -> assistant(chat, message, number);
      case "tool", "function" ->
          chat.response(id(message.path("tool_call_id")), content(chat, message, number));
      default ->
          throw chat.refused(
              "unrecognized_role",
              "has the role '%s' in message %d; it must be system, user, assistant or tool"
                  .formatted(Shown.of(role), number));
    }
  }

  private static void assistant(ChatTurns chat, JsonNode message, int number) throws Unusable {
    Integer weight = weight(chat, message.path("weight"), number);
    List<JsonNode> calls = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      calls.add(call.path("function"));
      ids.add(id(call.path("id")));
    }
    if (message.path("function_call").isObject()) {
      calls.add(message.get("function_call"));
      ids.add(null);
    }
    if (calls.isEmpty()) {
      chat.assistant(content(chat, message, number), weight);
      return;
    }
    boolean silent = message.path("content").isMissingNode() || message.path("content").isNull();
    chat.calls(silent ? "" : content(chat, message, number), calls, ids, weight);
  }

  private static String id(JsonNode id) {
    return id.asText("").isBlank() ? null : id.textValue();
  }

  /** An assistant's weight; null where there is none. */
  static Integer weight(ChatTurns chat, JsonNode weight, int number) throws Unusable {
    if (weight.isMissingNode() || weight.isNull()) {
      return null;
    }
    if (!weight.isNumber() || weight.asDouble() != 0 && weight.asDouble() != 1) {
      throw chat.refused(
          "weight_invalid", "has a weight in message %d that is neither 0 nor 1".formatted(number));
    }
    return weight.asInt();
  }

  /** A text, or several as lines: so vLLM reads them, and the project's own engine. */
  private static String content(ChatTurns chat, JsonNode message, int number) throws Unusable {
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      return content.asText();
    }
    if (content.isMissingNode() || content.isNull() || !content.isArray()) {
      throw chat.refused("missing_content", "has no content in message %d".formatted(number));
    }
    List<String> lines = new ArrayList<>();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw chat.refused(
            "content_no_text",
            "has a part in message %d that is no text; only text can be trained".formatted(number));
      }
      lines.add(part.get("text").asText());
    }
    return String.join("\n", lines);
  }
}
