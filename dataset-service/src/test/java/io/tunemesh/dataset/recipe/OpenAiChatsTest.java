package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.dataset.recipe.Sample.Made;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiChatsTest {

  @Test
  void keepsEveryTurnAndItsWeight() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "system", "content": "Count."}, {"role": "user", "content": "1"}, {"role": "assistant", "content": "2", "weight": 0}, {"role": "user", "content": "3"}, {"role": "assistant", "content": "4", "weight": 1}]}
                {"messages": [{"role": "developer", "content": "简短。"}, {"role": "user", "content": [{"type": "text", "text": "你"}, {"type": "text", "text": "好"}]}, {"role": "assistant", "content": "好"}]}
                """)
            .read("messages");

    assertThat(made.texts(0))
        .containsExactly("system: Count.", "user: 1", "assistant: 2", "user: 3", "assistant: 4");
    assertThat(made.examples().getFirst().messages())
        .extracting(Turn::weight)
        .containsExactly(null, null, 0, null, 1);
    assertThat(made.texts(1)).containsExactly("system: 简短。", "user: 你\n好", "assistant: 好");
  }

  @Test
  void takesAnAnswerAsEnginesGiveIt() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2", "refusal": null, "annotations": [{"type": "file_citation", "index": 0}], "audio": null, "function_call": null, "tool_calls": [], "reasoning_content": "Hm.", "reasoning": "Hm.", "parsed": null}, {"role": "user", "content": "3"}, {"role": "assistant", "content": "4"}]}
                """)
            .read("messages");

    assertThat(made.texts(0)).containsExactly("user: 1", "assistant: 2", "user: 3", "assistant: 4");
  }

  @Test
  void takesACompletionAsTextAsMessageOrAsMessages() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "user", "content": "a"}], "completion": "b"}
                {"messages": [{"role": "user", "content": "a"}], "completion": {"role": "assistant", "content": "c"}}
                {"messages": [{"role": "user", "content": "a"}], "completion": [{"role": "assistant", "content": "d"}]}
                {"messages": [{"role": "user", "content": "a"}], "completion": "[1, 2]"}
                """)
            .read("messages");

    assertThat(made.examples())
        .extracting(line -> line.messages().getLast().content())
        .containsExactly("b", "c", "d", "[1, 2]");
  }

  @Test
  void writesToolTurnsAsTextWhenAsked() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "user", "content": "two?"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}, {"id": "2", "type": "function", "function": {"name": "g", "arguments": "{\\"x\\": 1}"}}]}, {"role": "tool", "tool_call_id": "1", "content": "A"}, {"role": "tool", "tool_call_id": "2", "content": "B"}, {"role": "assistant", "content": "AB"}]}
                """)
            .with("tools", "text")
            .read("messages");

    assertThat(made.texts(0))
        .containsExactly(
            "user: two?",
            "assistant: <tool_call>\n{\"name\":\"f\",\"arguments\":{}}\n</tool_call>\n"
                + "<tool_call>\n{\"name\":\"g\",\"arguments\":{\"x\":1}}\n</tool_call>",
            "user: <tool_response>\nA\n</tool_response>\n<tool_response>\nB\n</tool_response>",
            "assistant: AB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a b   | <tool_response>;A;</tool_response>;<tool_response>;B;</tool_response>
          b a   | <tool_response>;A;</tool_response>;<tool_response>;B;</tool_response>
          a     | <tool_response>;A;</tool_response>
          b     | tool_result_missing
          a c   | tool_call_unknown
          a b a | tool_call_unknown
          """)
  void putsResultsIntoTheOrderOfTheirCalls(String results, String expected) throws Exception {
    String call =
        "{\"id\": \"%s\", \"type\": \"function\", \"function\": {\"name\": \"f\", \"arguments\": \"{}\"}}";
    String answers =
        Stream.of(results.split(" "))
            .map(
                id ->
                    "{\"role\": \"tool\", \"tool_call_id\": \"%s\", \"content\": \"%s\"}, "
                        .formatted(id, id.toUpperCase(Locale.ROOT)))
            .collect(Collectors.joining());
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "user", "content": "two?"}, {"role": "assistant", "tool_calls": [%s, %s]}, %s{"role": "assistant", "content": "AB"}]}
                """
                    .formatted(call.formatted("a"), call.formatted("b"), answers))
            .with("tools", "text")
            .read("messages");

    if (expected.startsWith("tool")) {
      assertThat(made.codes()).containsExactly(expected);
    } else {
      assertThat(made.texts(0)).contains("user: " + expected.replace(';', '\n'), Index.atIndex(2));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"id": "", |               | {"tool_call_id": "", | {"tool_call_id": "", |
          {          | {"id": " ",   | {"tool_call_id": "x", | {"tool_call_id": "y", |
          {          | {             | {"tool_call_id": "x", | { |
          {"id": "a", | {"id": "b",  | {"tool_call_id": "", | {"tool_call_id": "b", |
          {          | {"id": "b",   | {"tool_call_id": "x", | { | tool_call_unknown
          """)
  void putsResultsOfCallsWithoutIdsInPlace(
      String call, String other, String first, String second, String refused) throws Exception {
    String function = "\"function\": {\"name\": \"f\"}}";
    String result = "\"role\": \"tool\", \"content\": \"%s\"}";
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "user", "content": "two?"}, {"role": "assistant", "tool_calls": [%s, %s]}, %s, %s, {"role": "assistant", "content": "AB"}]}
                """
                    .formatted(
                        call + function,
                        (other == null ? call : other) + function,
                        first + result.formatted("A"),
                        second + result.formatted("B")))
            .with("tools", "text")
            .read("messages");

    if (refused != null) {
      assertThat(made.codes()).containsExactly(refused);
    } else {
      assertThat(made.texts(0))
          .contains(
              "user: <tool_response>\nA\n</tool_response>\n<tool_response>\nB\n</tool_response>",
              Index.atIndex(2));
    }
  }

  @Test
  void refusesMoreNamedResultsThanThereAreCalls() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "function_call": {"name": "f"}}, {"role": "tool", "tool_call_id": "x", "content": "A"}, {"role": "assistant", "content": "b"}]}
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "function_call": {"name": "f"}}, {"role": "tool", "tool_call_id": "x", "content": "A"}, {"role": "tool", "tool_call_id": "y", "content": "B"}, {"role": "assistant", "content": "b"}]}
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "tool", "tool_call_id": "x", "content": "A"}, {"role": "assistant", "content": "b"}]}
                """)
            .with("tools", "text")
            .read("messages");

    assertThat(made.examples()).hasSize(1);
    assertThat(made.codes()).containsExactly("tool_call_unknown", "tool_call_unknown");
  }

  @Test
  void readsOpenAisOlderSpellingOfFunctionsAndCallsAsTheNewer() throws Exception {
    String function = "{\"name\": \"f\", \"description\": \"Finds.\"}";
    String tools = "[{\"type\": \"function\", \"function\": %s}]".formatted(function);
    String call = "{\"name\": \"f\", \"arguments\": \"{}\"}";
    String newer =
        """
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": %s}]}, {"role": "tool", "tool_call_id": "1", "content": "A"}, {"role": "assistant", "content": "b"}]}
        """
            .formatted(call);
    String older =
        """
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "function_call": %s}, {"role": "function", "name": "f", "content": "A"}, {"role": "assistant", "content": "b"}]}
        """
            .formatted(call);
    Made made =
        Sample.jsonl(
                "{\"tools\": %s, %s".formatted(tools, newer)
                    + "{\"functions\": [%s], %s".formatted(function, older)
                    + "{\"tools\": [], \"functions\": null, %s".formatted(older)
                    + "{\"tools\": [], \"functions\": [%s], %s".formatted(function, older)
                    + "{\"tools\": %s, \"functions\": [], %s".formatted(tools, newer)
                    + "{\"tools\": %s, \"functions\": [%s], %s".formatted(tools, function, older))
            .with("tools", "text")
            .read("messages");

    assertThat(made.texts(0).getFirst()).startsWith("system: # Tools").contains("Finds.");
    assertThat(made.texts(1)).isEqualTo(made.texts(0));
    assertThat(made.texts(2)).hasSize(4);
    assertThat(made.texts(3)).isEqualTo(made.texts(0));
    assertThat(made.texts(4)).isEqualTo(made.texts(0));
    assertThat(made.codes()).containsExactly("tools_malformed");
  }

  @Test
  void keepsTheDigitsOfNumbersInCallsAndFunctions() throws Exception {
    String numbers =
        "{\"amount\":12345678.50,\"rate\":0.0005,\"small\":0.0000000005,\"id\":1234567890123456789.25,"
            + "\"big\":1E+400,\"most\":1E+999999999,\"least\":1E-999999999,\"whole\":12345678901234567890123}";
    Made made =
        Sample.keyed(
                "jsonl",
                Json.MAPPER.writeValueAsString(
                    Map.of(
                        "tools",
                        "[{\"name\":\"f\",\"x\":%s}]".formatted(numbers),
                        "messages",
                        """
                        [{"role": "user", "content": "two?"},
                         {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": %s}}]},
                         {"role": "user", "content": "again"},
                         {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": %s}}]}]
                        """
                            .formatted(numbers, Json.MAPPER.writeValueAsString(numbers)))))
            .with("tools", "text")
            .read("messages");

    String call =
        "assistant: <tool_call>\n{\"name\":\"f\",\"arguments\":%s}\n</tool_call>"
            .formatted(numbers);
    assertThat(made.texts(0).getFirst()).contains("\"x\":" + numbers + "}");
    assertThat(made.texts(0)).contains(call, Index.atIndex(2));
    assertThat(made.texts(0)).contains(call, Index.atIndex(4));
    List<Turn> turns = made.examples().getFirst().messages();
    assertThat(ToolText.read(turns.getFirst().content(), turns.subList(1, turns.size())))
        .as("an export takes it apart and finds the same")
        .isPresent();
  }

  @Test
  void refusesCallsWhoseNumbersAreNone() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"messages": [{"role": "user", "content": "two?"}, {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{\\"x\\": 1e99999999999}"}}]}]}
                """)
            .with("tools", "text")
            .read("messages");

    assertThat(made.codes()).containsExactly("tool_call_malformed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"messages": null}                                                  | missing_messages_list
          {"messages": "hello"}                                               | data_type
          {"messages": ["hello"]}                                             | data_type
          {"messages": [{"content": "a"}]}                                    | message_missing_key
          {"messages": [{"role": "user", "content": "a", "mood": "x"}]}       | message_unrecognized_key
          {"messages": [{"role": "king", "content": "a"}]}                    | unrecognized_role
          {"messages": [{"role": "user"}]}                                    | missing_content
          {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]} | content_no_text
          {"messages": [{"role": "user", "content": "a"}]}                    | example_missing_assistant_message
          {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 2}]} | weight_invalid
          {"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]} | tool_turns
          """)
  void refusesWithOpenAisCodes(String row, String code) throws Exception {
    String good =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]}";
    Made made = Sample.jsonl(good + "\n" + row).read("messages");

    assertThat(made.codes()).containsExactly(code);
    assertThat(made.refused().getFirst().header()).isEqualTo("messages");
    assertThat(made.examples()).hasSize(1);
  }

  @Test
  void refusesHalvesOfCharactersThatNestedJsonHides() throws Exception {
    Made made =
        Sample.keyed(
                "jsonl",
                "{\"messages\": \"[{\\\"role\\\": \\\"user\\\", \\\"content\\\": \\\"a \\\\ud83d\\\"},"
                    + " {\\\"role\\\": \\\"assistant\\\", \\\"content\\\": \\\"b\\\"}]\"}")
            .read("messages");

    assertThat(made.codes()).containsExactly("broken_character");
  }
}
