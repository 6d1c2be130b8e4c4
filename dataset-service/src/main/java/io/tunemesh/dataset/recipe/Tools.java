package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;

/**
 * Tool calls and their results as text, in the tags that the Hermes and Qwen chat templates write:
 * {@code <tools>}, {@code <tool_call>} and {@code <tool_response>}. So any chat template takes
 * them, and a model that knows these tags knows them again.
 */
final class Tools {

  static final Setting SETTING =
      Setting.choice(
          "tools",
          "`text` to write tool calls and their results as text in the turns of the assistant and"
              + " the user",
          "refuse",
          "text");

  private static final String PREFACE =
      """
      # Tools

      You may call these functions, described one in a line:
      <tools>
      %s
      </tools>

      Write each call as a JSON object with its name and its arguments:
      <tool_call>
      {"name": …, "arguments": {…}}
      </tool_call>""";

  /** What stands before the functions in a system message, and after them. */
  static final String BEFORE_FUNCTIONS = PREFACE.substring(0, PREFACE.indexOf("%s"));

  static final String AFTER_FUNCTIONS = PREFACE.substring(PREFACE.indexOf("%s") + 2);

  private Tools() {}

  /** What a system message says of the functions there are. */
  static String described(JsonNode functions) {
    StringBuilder lines = new StringBuilder();
    functions.forEach(f -> lines.append(lines.isEmpty() ? "" : "\n").append(Nested.text(f)));
    return PREFACE.formatted(lines);
  }

  /**
   * A call as text; null where it is none.
   *
   * @param call an object with {@code name} and {@code arguments}, the latter as JSON or as a text
   *     of JSON
   */
  static String call(JsonNode call) {
    if (call == null || !call.path("name").isTextual() || call.path("name").asText().isBlank()) {
      return null;
    }
    JsonNode arguments = call.path("arguments");
    if (arguments.isTextual()) {
      arguments = Nested.parse(arguments.asText());
    } else if (arguments.isMissingNode()) {
      arguments = Json.MAPPER.createObjectNode();
    }
    if (arguments == null || !arguments.isObject()) {
      return null;
    }
    ObjectNode written = Json.MAPPER.createObjectNode();
    written.set("name", call.get("name"));
    written.set("arguments", arguments);
    return "<tool_call>\n" + Nested.text(written) + "\n</tool_call>";
  }

  /** What a function gave, as text. */
  static String response(String result) {
    return "<tool_response>\n" + result + "\n</tool_response>";
  }
}
