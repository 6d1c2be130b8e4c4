package io.tunemesh.dataset.token;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.recipe.ToolText;
import io.tunemesh.dataset.recipe.Turn;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A chat as a template is given it: as it is, or with its tools as data ({@code
 * trainer-service/runtime/tune/tool_turns.py}, by the same rules). What has a number that a double
 * does not hold stays text, for a template would write another number.
 *
 * @param parts the messages that each turn becomes
 * @param tools the functions that may be called; null where there are none
 */
record Told(List<List<Map<String, Object>>> parts, List<Object> tools) {

  private static final ObjectReader STRICT =
      Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String CALL = "<tool_call>\n([^\n]+)\n</tool_call>";

  /** Possessive, for each call that could be given back again would be a frame of the stack. */
  private static final Pattern CALLS =
      Pattern.compile(
          "(?s)((?:.*?\n)??)(CALL(?:\nCALL)*+)".replace("CALL", CALL.replace("(", "(?:")));

  private static final Pattern ONE_CALL = Pattern.compile(CALL);
  private static final Pattern RESULTS =
      Pattern.compile("(?s)<tool_response>\n(.*)\n</tool_response>");
  private static final String NEXT_RESULT = "\n</tool_response>\n<tool_response>\n";

  static Told plain(List<Turn> turns) {
    return new Told(turns.stream().map(turn -> List.of(message(turn))).toList(), null);
  }

  /** Whether there may be tools in a chat. */
  static boolean mayHaveTools(List<Turn> turns) {
    return turns.stream().anyMatch(turn -> turn.content().contains("<tool"));
  }

  /** The messages of the first turns. */
  List<Map<String, Object>> first(int count) {
    return parts.subList(0, count).stream().flatMap(List::stream).toList();
  }

  /** With tools as data; null where there are none, or where a result has no call before it. */
  static Told asData(List<Turn> turns) {
    List<Object> tools = null;
    List<List<Map<String, Object>>> parts = new ArrayList<>();
    int made = 0;
    List<String> open = List.of();
    for (Turn turn : turns) {
      List<Map<String, Object>> part = List.of(message(turn));
      Matcher results = RESULTS.matcher(turn.content());
      if (turn.role().equals("system") && functions(turn.content()) instanceof List<Object> found) {
        tools = found;
        String own = own(turn.content());
        part = own.isEmpty() ? List.of() : List.of(message(Turn.system(own)));
      } else if (turn.role().equals("assistant")) {
        open = List.of();
        Map<String, Object> said = calls(turn.content(), made);
        if (said != null) {
          part = List.of(said);
          open = ids((List<?>) said.get("tool_calls"));
          made += open.size();
        }
      } else if (turn.role().equals("user") && results.matches()) {
        String[] each = results.group(1).split(Pattern.quote(NEXT_RESULT), -1);
        if (each.length > open.size()) {
          return null;
        }
        part = new ArrayList<>();
        for (int i = 0; i < each.length; i++) {
          part.add(ordered("role", "tool", "tool_call_id", open.get(i), "content", each[i]));
        }
      }
      parts.add(part);
    }
    return tools == null && made == 0 ? null : new Told(parts, tools);
  }

  private static int preface(String system) {
    if (!system.endsWith(ToolText.AFTER_FUNCTIONS)) {
      return -1;
    }
    int at = system.indexOf(ToolText.BEFORE_FUNCTIONS);
    return at == 0 || at > 0 && system.startsWith("\n\n", at - 2) ? at : -1;
  }

  private static String own(String system) {
    return system.substring(0, Math.max(0, preface(system) - 2));
  }

  private static List<Object> functions(String system) {
    int from = preface(system) + ToolText.BEFORE_FUNCTIONS.length();
    int to = system.length() - ToolText.AFTER_FUNCTIONS.length();
    if (preface(system) < 0 || to < from) {
      return null;
    }
    List<Object> functions = new ArrayList<>();
    for (String line : system.substring(from, to).split("\n", -1)) {
      JsonNode function = json(line);
      if (function == null || !function.isObject()) {
        return null;
      }
      Object said = Json.MAPPER.convertValue(function, Object.class);
      boolean bare = function.has("name") && !function.has("function");
      functions.add(bare ? ordered("type", "function", "function", said) : said);
    }
    return functions;
  }

  private static Map<String, Object> calls(String text, int made) {
    Matcher found = CALLS.matcher(text);
    if (!found.matches()) {
      return null;
    }
    List<Object> calls = new ArrayList<>();
    for (String written :
        ONE_CALL.matcher(found.group(2)).results().map(call -> call.group(1)).toList()) {
      JsonNode call = json(written);
      if (call == null
          || !call.path("arguments").isObject()
          || !call.properties().stream()
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet())
              .equals(Set.of("name", "arguments"))) {
        return null;
      }
      calls.add(
          ordered(
              "id",
              "call%05d".formatted(made + calls.size()),
              "type",
              "function",
              "function",
              Json.MAPPER.convertValue(call, Object.class)));
    }
    String before = found.group(1);
    String said = before.endsWith("\n") ? before.substring(0, before.length() - 1) : before;
    return ordered("role", "assistant", "content", said, "tool_calls", calls);
  }

  private static List<String> ids(List<?> calls) {
    return calls.stream().map(call -> (String) ((Map<?, ?>) call).get("id")).toList();
  }

  private static Map<String, Object> message(Turn turn) {
    return ordered("role", turn.role(), "content", turn.content());
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private static JsonNode json(String text) {
    try {
      return isExact(text) ? STRICT.readTree(text) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean isExact(String json) throws IOException {
    try (JsonParser parser = Json.MAPPER.createParser(json)) {
      for (JsonToken token; (token = parser.nextToken()) != null; ) {
        if (token == JsonToken.VALUE_NUMBER_FLOAT && !isDouble(parser.getText())) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isDouble(String number) {
    double held = Double.parseDouble(number);
    try {
      return PythonJson.isWritten(held)
          && new BigDecimal(Double.toString(held)).compareTo(new BigDecimal(number)) == 0;
    } catch (NumberFormatException e) { // of an exponent that BigDecimal does not have
      return false;
    }
  }
}
