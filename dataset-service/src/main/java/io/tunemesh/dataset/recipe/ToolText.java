package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tunemesh.contract.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Takes the text that {@link Tools} made of functions, calls and results apart again. */
public final class ToolText {

  /** What stands before the functions in a system message, one in a line, and after them. */
  public static final String BEFORE_FUNCTIONS = Tools.BEFORE_FUNCTIONS;

  public static final String AFTER_FUNCTIONS = Tools.AFTER_FUNCTIONS;

  private static final String CALL = "<tool_call>\n";
  private static final String CALL_END = "\n</tool_call>";
  private static final String RESULT = "<tool_response>\n";
  private static final String RESULT_END = "\n</tool_response>";

  /** A string of JSON, or a number that has a point or an exponent. */
  private static final Pattern STRING_OR_NUMBER =
      Pattern.compile(
          "\"(?:[^\"\\\\]|\\\\.)*+\"|-?\\d++(?:\\.\\d++(?:[eE][+-]?\\d++)?|[eE][+-]?\\d++)");

  private ToolText() {}

  /** What a turn does. */
  public enum Kind {
    ASKS,
    ANSWERS,
    CALLS,
    RESULT
  }

  /**
   * A turn.
   *
   * @param content for calls their JSON: an object, or a list where there are several
   */
  public record Said(Kind kind, String content, Integer weight) {}

  /**
   * A chat with its tools as data.
   *
   * @param system null where there is none but the functions
   * @param functions a JSON list; empty where there are none
   */
  public record Chat(String system, String functions, List<Said> turns) {}

  /**
   * The chat with its tools as data, if it has tools and if writing them as text again gives these
   * very turns, but for the spelling of numbers: older datasets have them as Java writes a double,
   * {@code 5.0E-4}. Several results in one turn, and words before a call, stay text: ShareGPT has
   * no turn for them.
   *
   * @param system may be null
   * @param turns of the user and the assistant
   */
  public static Optional<Chat> read(String system, List<Turn> turns) {
    boolean any =
        system != null && system.contains("<tools>")
            || turns.stream()
                .anyMatch(t -> t.content().contains(CALL) || t.content().contains(RESULT));
    if (!any) {
      return Optional.empty();
    }
    String own = system;
    String functions = "";
    int preface = system == null ? -1 : system.indexOf(Tools.BEFORE_FUNCTIONS);
    if (preface >= 0 && system.endsWith(Tools.AFTER_FUNCTIONS)) {
      own = preface == 0 ? null : system.substring(0, preface).strip();
      int from = preface + Tools.BEFORE_FUNCTIONS.length();
      int to = Math.max(from, system.length() - Tools.AFTER_FUNCTIONS.length());
      functions = "[" + String.join(",", system.substring(from, to).split("\n")) + "]";
    }
    Chat chat = new Chat(own, functions, turns.stream().map(ToolText::said).toList());
    boolean data =
        !functions.isEmpty()
            || chat.turns().stream()
                .anyMatch(s -> s.kind() == Kind.CALLS || s.kind() == Kind.RESULT);
    return data && same(chat, system, turns) ? Optional.of(chat) : Optional.empty();
  }

  private static Said said(Turn turn) {
    String text = turn.content();
    if (turn.role().equals("user")) {
      return text.startsWith(RESULT) && text.endsWith(RESULT_END) && text.length() > RESULT.length()
          ? new Said(Kind.RESULT, inner(text, RESULT, RESULT_END), null)
          : new Said(Kind.ASKS, text, null);
    }
    if (!text.startsWith(CALL) || !text.endsWith(CALL_END)) {
      return new Said(Kind.ANSWERS, text, turn.weight());
    }
    ArrayNode calls = Json.MAPPER.createArrayNode();
    for (String call : inner(text, CALL, CALL_END).split(CALL_END + "\n" + CALL)) {
      JsonNode json = Nested.parse(call);
      if (json == null) {
        return new Said(Kind.ANSWERS, text, turn.weight());
      }
      calls.add(json);
    }
    JsonNode value = calls.size() == 1 ? calls.get(0) : calls;
    return new Said(Kind.CALLS, Nested.text(value), turn.weight());
  }

  private static String inner(String text, String begin, String end) {
    return text.substring(begin.length(), Math.max(begin.length(), text.length() - end.length()));
  }

  private static boolean same(Chat chat, String system, List<Turn> turns) {
    List<Turn> wanted = new ArrayList<>();
    if (system != null) {
      wanted.add(Turn.system(system));
    }
    wanted.addAll(turns);
    try {
      return spelled(written(chat)).equals(spelled(wanted))
          && turns.stream().noneMatch(turn -> isMixed(turn.content()))
          && Objects.equals(chat.functions().isEmpty(), !isDescribed(system));
    } catch (Unusable e) {
      return false;
    }
  }

  private static List<Turn> spelled(List<Turn> turns) {
    return turns.stream()
        .map(turn -> new Turn(turn.role(), spelled(turn.content()), turn.weight()))
        .toList();
  }

  /** The text with the numbers of its functions and calls, each JSON in a line, in one spelling. */
  private static String spelled(String text) {
    if (!text.contains("<tools>") && !text.contains(CALL)) {
      return text;
    }
    return Arrays.stream(text.split("\n", -1))
        .map(line -> line.startsWith("{") && Nested.parse(line) != null ? numbers(line) : line)
        .collect(Collectors.joining("\n"));
  }

  private static String numbers(String json) {
    return STRING_OR_NUMBER
        .matcher(json)
        .replaceAll(found -> Matcher.quoteReplacement(number(found.group())));
  }

  private static String number(String written) {
    try {
      return written.startsWith("\"")
          ? written
          : new BigDecimal(written).stripTrailingZeros().toString();
    } catch (ArithmeticException e) {
      return written; // its exponent is at the end of those there are
    }
  }

  /** Whether a turn holds more than one result, or a call behind words. */
  private static boolean isMixed(String text) {
    return text.indexOf(RESULT, 1) >= 0 || text.indexOf(CALL, 1) >= 0 && !text.startsWith(CALL);
  }

  private static boolean isDescribed(String system) {
    return system != null && system.contains(Tools.BEFORE_FUNCTIONS);
  }

  private static List<Turn> written(Chat chat) throws Unusable {
    ChatTurns turns = new ChatTurns("conversations", true);
    if (chat.system() != null) {
      turns.system(chat.system());
    }
    if (!chat.functions().isEmpty()) {
      JsonNode functions = Nested.parse(chat.functions());
      turns.functions(functions == null ? Json.MAPPER.createObjectNode() : functions);
    }
    for (Said said : chat.turns()) {
      switch (said.kind()) {
        case ASKS -> turns.user(said.content());
        case ANSWERS -> turns.assistant(said.content(), said.weight());
        case RESULT -> turns.response(null, said.content());
        case CALLS -> {
          JsonNode calls = Nested.parse(said.content());
          turns.calls(
              "",
              calls.isArray() ? calls.valueStream().toList() : List.of(calls),
              List.of(),
              said.weight());
        }
      }
    }
    return turns.done();
  }
}
