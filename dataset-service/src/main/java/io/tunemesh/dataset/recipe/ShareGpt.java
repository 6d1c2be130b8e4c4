package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.exam.Language;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Chats in ShareGPT's shape. */
final class ShareGpt {

  private static final String CHAT = "conversations";
  private static final String SHAPE =
      "a list of turns, each {\"from\": \"human\" or \"gpt\", \"value\": \"…\"}";

  static final RecipeType TYPE =
      RecipeType.rows(
          "sharegpt",
          Task.SFT,
          "conversations: [{from, value}], system, tools",
          List.of(
              Role.needed(CHAT, "conversation"), Role.optional("system"), Role.optional("tools")),
          List.of(Tools.SETTING),
          null,
          settings -> row -> read(row, settings.is("tools", "text")));

  private ShareGpt() {}

  private static Example read(Row row, boolean toolsAsText) throws Unusable {
    JsonNode list = Nested.list(row, CHAT, "conversations_malformed", SHAPE);
    ChatTurns chat = new ChatTurns(CHAT, toolsAsText);
    chat.system(row.text("system"));
    chat.functions(Nested.json(row, "tools", "tools_malformed", "a list of functions"));
    int number = 0;
    for (JsonNode turn : list) {
      number++;
      JsonNode value = turn.path("value");
      if (!turn.path("from").isTextual() || !value.isTextual()) {
        throw chat.refused(
            "conversations_malformed",
            "has no 'from' and 'value' texts in turn %d; it must be %s".formatted(number, SHAPE));
      }
      add(chat, turn, number);
    }
    return example(chat.done(), row);
  }

  private static void add(ChatTurns chat, JsonNode turn, int number) throws Unusable {
    String from = turn.get("from").asText();
    String value = turn.get("value").asText();
    Integer weight = OpenAiChats.weight(chat, turn.path("weight"), number);
    switch (from) {
      case "human", "user" -> chat.user(value);
      case "gpt", "assistant" -> chat.assistant(value, weight);
      case "system" -> chat.system(value);
      case "function_call" -> chat.calls("", calls(value), List.of(), weight);
      case "observation", "tool" -> chat.response(null, value);
      default ->
          throw chat.refused(
              "unrecognized_role",
              "is from '%s' in turn %d; it must be human, gpt, system, function_call or observation"
                  .formatted(Shown.of(from), number));
    }
  }

  private static List<JsonNode> calls(String value) {
    JsonNode json = Nested.parse(value);
    return json != null && json.isArray()
        ? json.valueStream().toList()
        : Collections.singletonList(json);
  }

  /** The example that a chat in its own words makes. */
  static Example example(List<Turn> turns, Row row) {
    String asked =
        turns.stream()
            .filter(turn -> turn.role().equals("user"))
            .map(Turn::content)
            .collect(Collectors.joining("\n"));
    return Example.of(Language.of(asked), asked, new Content.Chat(turns), null, row);
  }
}
