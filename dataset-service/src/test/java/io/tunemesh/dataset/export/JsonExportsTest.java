package io.tunemesh.dataset.export;

import static io.tunemesh.dataset.export.Exporting.chat;
import static io.tunemesh.dataset.export.Exporting.example;
import static io.tunemesh.dataset.export.Exporting.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.http.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alpaca, ShareGPT, OpenAI's messages and lines of text. */
class JsonExportsTest {

  private static final ExampleLine LONG =
      chat(
          "ex-1",
          Part.TRAIN,
          "system",
          "Be kind.",
          "user",
          "Hi",
          "assistant",
          "Hello",
          "user",
          "你好吗？",
          "assistant",
          "很好");

  @TempDir Path temp;
  private Exporting exporting;

  @BeforeEach
  void store() throws IOException {
    exporting = new Exporting(temp);
  }

  @Test
  void writesAlpacaWithTheTurnsBeforeAsHistory() throws IOException {
    String text =
        exporting.text(
            Format.ALPACA,
            Part.TRAIN,
            List.of(LONG, chat("ex-2", Part.TRAIN, "user", "q", "assistant", "a")));

    assertThat(text)
        .isEqualTo(
            """
            [
            {"instruction":"你好吗？","input":"","output":"很好","system":"Be kind.","history":[["Hi","Hello"]]},
            {"instruction":"q","input":"","output":"a","system":"","history":[]}
            ]
            """);
  }

  @Test
  void tellsAnAlpacaInputApartWhereTheSourceDidAndTheWordsAreTheSame() throws IOException {
    List<ExampleLine> examples =
        List.of(instruction("Add.\n1, 2", "1, 2"), instruction("Please add: 1, 2", "1, 2"));

    JsonNode rows = exporting.json(Format.ALPACA, examples);

    assertThat(rows.at("/0/instruction").asText()).isEqualTo("Add.");
    assertThat(rows.at("/0/input").asText()).isEqualTo("1, 2");
    assertThat(rows.at("/1/instruction").asText()).isEqualTo("Please add: 1, 2");
    assertThat(rows.at("/1/input").asText()).isEmpty();
  }

  @Test
  void refusesAlpacaWhereATurnIsKeptOutOfTheLoss() {
    assertThatThrownBy(
            () -> exporting.bytes(Format.ALPACA, Part.TRAIN, List.of(LONG, weighted(Part.TRAIN))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("ex-w")
        .hasMessageContaining("messages, sharegpt, parquet or huggingface");
  }

  @Test
  void looksForWeightsOnlyInThePartThatIsAskedFor() throws IOException {
    assertThat(exporting.text(Format.ALPACA, Part.TRAIN, List.of(LONG, weighted(Part.TEST))))
        .contains("很好")
        .doesNotContain("no");
  }

  @Test
  void writesShareGpt() throws IOException {
    assertThat(exporting.text(Format.SHAREGPT, Part.TRAIN, List.of(LONG, weighted(Part.TRAIN))))
        .isEqualTo(
            """
            [
            {"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Hello"},\
            {"from":"human","value":"你好吗？"},{"from":"gpt","value":"很好"}],"system":"Be kind.","tools":""},
            {"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"no","weight":0},\
            {"from":"human","value":"r"},{"from":"gpt","value":"yes"}],"system":"","tools":""}
            ]
            """);
  }

  @Test
  void writesMessagesAsOpenAiTakesThem() throws IOException {
    assertThat(exporting.text(Format.MESSAGES, Part.TRAIN, List.of(LONG, weighted(Part.TRAIN))))
        .isEqualTo(
            """
            {"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"},\
            {"role":"assistant","content":"Hello"},{"role":"user","content":"你好吗？"},{"role":"assistant","content":"很好"}]}
            {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"no","weight":0},\
            {"role":"user","content":"r"},{"role":"assistant","content":"yes"}]}
            """);
  }

  @Test
  void writesPlainTextAsLines() throws IOException {
    ObjectNode line = line("ex-1", Part.TRAIN, "plain_text").put("text", "第一段\n\"two\"");

    assertThat(exporting.task("pt").text(Format.TEXT, Part.TRAIN, List.of(example(line))))
        .isEqualTo("{\"text\":\"第一段\\n\\\"two\\\"\"}\n");
  }

  @Test
  void writesAnEmptyPartAsAnEmptyFile() throws IOException {
    assertThat(exporting.text(Format.ALPACA, Part.TEST, List.of(LONG))).isEqualTo("[]\n");
    assertThat(exporting.text(Format.MESSAGES, Part.TEST, List.of(LONG))).isEmpty();
  }

  @Test
  void putsNothingAsideForAnyCharacter() throws IOException {
    String hostile = "a\0b\u2028c\u007f</script>\uFEFF😀\"\\\t\r\n";
    ExampleLine example = chat("ex-1", Part.TRAIN, "user", hostile, "assistant", hostile);

    for (Format format : List.of(Format.ALPACA, Format.SHAREGPT)) {
      assertThat(exporting.json(format, List.of(example)).findValuesAsText("value").stream())
          .allMatch(hostile::equals);
    }
    assertThat(exporting.json(Format.ALPACA, List.of(example)).at("/0/instruction").asText())
        .isEqualTo(hostile);
    assertThat(exporting.text(Format.MESSAGES, Part.TRAIN, List.of(example)).lines().toList())
        .hasSize(1);
  }

  @Test
  void replacesHalfACharacterBecauseUtf8HasNone() throws IOException {
    ExampleLine example = chat("ex-1", Part.TRAIN, "user", "q", "assistant", "a");
    ObjectNode broken = Json.MAPPER.valueToTree(example);
    ((ObjectNode) broken.at("/messages/0")).put("content", "a\uD83Db");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ExampleWriter rows = JsonRows.lines(bytes, ChatRow::of);

    rows.add(example(broken));
    rows.end();

    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\"a\uFFFDb\"");
  }

  private static ExampleLine instruction(String user, String input) {
    ObjectNode line = line("ex-i", Part.TRAIN, "alpaca");
    line.putArray("messages").addPOJO(Turn.user(user)).addPOJO(Turn.assistant("3"));
    line.putObject("structure").put("instruction", "Add.").put("input", input).put("output", "3");
    return example(line);
  }

  private static ExampleLine weighted(Part part) {
    ObjectNode line = line("ex-w", part, "messages");
    line.putArray("messages")
        .addPOJO(Turn.user("q"))
        .addPOJO(new Turn("assistant", "no", 0))
        .addPOJO(Turn.user("r"))
        .addPOJO(Turn.assistant("yes"));
    return example(line);
  }
}
