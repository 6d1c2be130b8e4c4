package io.tunemesh.dataset.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was exported and uploaded again is the same chats. */
class RoundTripTest {

  private static final String TOOLS =
      """
      {"conversations": [{"from": "human", "value": "巴黎天气？"}, {"from": "function_call", "value": \
      "{\\"name\\": \\"weather\\", \\"arguments\\": {\\"city\\": \\"Paris\\"}}"}, {"from": "observation", \
      "value": "{\\"t\\": 21}"}, {"from": "gpt", "value": "21 度", "weight": 0}, {"from": "human", "value": "ok"}, \
      {"from": "gpt", "value": "bye"}], "system": "Be kind.", "tools": "[{\\"name\\": \\"weather\\"}, {\\"name\\": \\"time\\"}]"}
      """;

  @TempDir Path temp;
  private Exporting exporting;

  @BeforeEach
  void store() throws Exception {
    exporting = new Exporting(temp);
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"ALPACA", "SHAREGPT", "MESSAGES", "PARQUET"})
  void givesTheSameMessagesOfEveryKindOfChat(Format format) throws Exception {
    List<ExampleLine> examples = new ArrayList<>();
    for (String file :
        List.of("alpaca.jsonl", "sharegpt.jsonl", "messages.jsonl", "context_response.jsonl")) {
      String text = Files.readString(Path.of("../docs/samples").resolve(file));
      examples.addAll(Sample.jsonl(text).read("auto").examples());
    }
    String reviews = Files.readString(Path.of("../docs/samples/reviews.tsv"));
    examples.addAll(Sample.tsv(reviews).read("auto").examples());
    List<ExampleLine> held =
        examples.stream().filter(e -> format != Format.ALPACA || !AlpacaRow.cannotHold(e)).toList();

    Sample again = Sample.jsonl(rows(format, held));

    assertThat(messages(again.read("auto").examples())).isEqualTo(messages(held));
    assertThat(held).hasSizeGreaterThanOrEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"SHAREGPT", "MESSAGES", "PARQUET"})
  void givesTheSameMessagesOfHostileChats(Format format) throws Exception {
    String text = "  =1\0\u2028\r\n\"]}, 😀\\u0041 </s>\t";
    ObjectNode chat = Json.MAPPER.createObjectNode();
    chat.putArray("messages")
        .addPOJO(Turn.system("Be \"kind\".\0😀"))
        .addPOJO(Turn.user(text))
        .addPOJO(new Turn("assistant", text, 0))
        .addPOJO(Turn.user(text))
        .addPOJO(new Turn("assistant", text, 1));
    List<ExampleLine> examples = Sample.jsonl(chat.toString()).read("messages").examples();

    assertThat(messages(Sample.jsonl(rows(format, examples)).read("auto").examples()))
        .isEqualTo(messages(examples));
    assertThat(examples.getFirst().messages().get(2).content()).isEqualTo(text);
  }

  @Test
  void givesToolsAsDataInShareGptAndTheSameMessagesAgain() throws Exception {
    List<ExampleLine> examples =
        Sample.jsonl(TOOLS).with("tools", "text").read("sharegpt").examples();

    JsonNode row = exporting.json(Format.SHAREGPT, examples).get(0);

    assertThat(row.get("conversations").findValuesAsText("from"))
        .containsExactly("human", "function_call", "observation", "gpt", "human", "gpt");
    assertThat(row.at("/conversations/1/value").asText())
        .isEqualTo("{\"name\":\"weather\",\"arguments\":{\"city\":\"Paris\"}}");
    assertThat(row.at("/conversations/2/value").asText()).isEqualTo("{\"t\": 21}");
    assertThat(row.at("/conversations/3/weight").asInt(1)).isZero();
    assertThat(row.get("system").asText()).isEqualTo("Be kind.");
    assertThat(row.get("tools").asText()).isEqualTo("[{\"name\":\"weather\"},{\"name\":\"time\"}]");
    assertThat(
            messages(
                Sample.jsonl(row.toString()).with("tools", "text").read("sharegpt").examples()))
        .isEqualTo(messages(examples));
  }

  @Test
  void leavesToolsAsTextWhereShareGptHasNoTurnForThem() throws Exception {
    String words = "{\"role\": \"assistant\", \"content\": \"Let me see.\", \"tool_calls\": [%s]}";
    String call = "{\"function\": {\"name\": \"f\", \"arguments\": \"{}\"}}";
    String silent = "{\"role\": \"assistant\", \"tool_calls\": [%s, %s]}".formatted(call, call);
    String result = "{\"role\": \"tool\", \"content\": \"1\"}";
    String chat =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, %s, {\"role\": \"assistant\","
            + " \"content\": \"a\"}]}";
    List<ExampleLine> examples =
        Sample.jsonl(
                String.join(
                    "\n",
                    chat.formatted(words.formatted(call) + ", " + result),
                    chat.formatted(silent + ", " + result + ", " + result),
                    chat.formatted(silent + ", " + result)))
            .with("tools", "text")
            .read("messages")
            .examples();

    JsonNode rows = exporting.json(Format.SHAREGPT, examples);

    assertThat(rows.get(0).findValuesAsText("from"))
        .containsExactly("human", "gpt", "human", "gpt");
    assertThat(rows.get(1).findValuesAsText("from"))
        .containsExactly("human", "gpt", "human", "gpt");
    assertThat(rows.get(2).findValuesAsText("from"))
        .containsExactly("human", "function_call", "observation", "gpt");
    assertThat(rows.at("/2/conversations/1/value").asText())
        .isEqualTo("[{\"name\":\"f\",\"arguments\":{}},{\"name\":\"f\",\"arguments\":{}}]");
    assertThat(
            messages(
                Sample.jsonl(
                        rows.valueStream()
                            .map(JsonNode::toString)
                            .collect(Collectors.joining("\n")))
                    .with("tools", "text")
                    .read("sharegpt")
                    .examples()))
        .isEqualTo(messages(examples));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<tool_call>\nno json\n</tool_call>",
        "<tool_call>\n{}\n</tool_call>",
        "<tool_call>\n{\"name\":\"f\"}\n</tool_call>",
        "<tool_call>\n</tool_call>",
        "<tool_call>\n{\"name\":\"f\",\"arguments\":{}}\n</tool_call>\n",
        "see <tool_call>\n{\"name\":\"f\",\"arguments\":{}}\n</tool_call>",
      })
  void takesNothingForACallThatIsNone(String text) throws Exception {
    ExampleLine chat = Exporting.chat("ex-1", Part.TRAIN, "user", "q", "assistant", text);

    JsonNode row = exporting.json(Format.SHAREGPT, List.of(chat)).get(0);

    assertThat(row.at("/conversations/1/from").asText()).isEqualTo("gpt");
    assertThat(row.at("/conversations/1/value").asText()).isEqualTo(text);
  }

  /** The rows of an export as JSON lines, as ingest-service hands them over. */
  private String rows(Format format, List<ExampleLine> examples) throws Exception {
    JsonNode rows =
        switch (format) {
          case PARQUET -> exporting.inPython(format, Part.TRAIN, examples).get("rows");
          case MESSAGES ->
              Json.MAPPER
                  .createArrayNode()
                  .addAll(
                      exporting
                          .text(format, Part.TRAIN, examples)
                          .lines()
                          .map(RoundTripTest::parsed)
                          .toList());
          default -> exporting.json(format, examples);
        };
    return rows.valueStream().map(JsonNode::toString).collect(Collectors.joining("\n"));
  }

  private static JsonNode parsed(String line) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<List<Turn>> messages(List<ExampleLine> examples) {
    return examples.stream().map(ExampleLine::messages).toList();
  }
}
