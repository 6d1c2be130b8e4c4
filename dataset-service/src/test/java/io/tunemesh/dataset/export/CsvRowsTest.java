package io.tunemesh.dataset.export;

import static io.tunemesh.dataset.export.Exporting.chat;
import static io.tunemesh.dataset.export.Exporting.example;
import static io.tunemesh.dataset.export.Exporting.line;
import static io.tunemesh.dataset.export.Exporting.structured;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables for spreadsheets. */
class CsvRowsTest {

  @TempDir Path temp;
  private Exporting exporting;

  @BeforeEach
  void store() throws IOException {
    exporting = new Exporting(temp);
  }

  @Test
  void writesTheFieldsOfAClassification() throws IOException {
    ExampleLine row =
        structured("ex-1", "text_classification", "{\"text\": \"好看\", \"label\": \"good\"}");

    assertThat(exporting.text(Format.CSV, null, List.of(row)))
        .isEqualTo(
            "\uFEFFexample_id,split,recipe,text,label,file,sheet,first_row,row,augmented,parent\r\n"
                + "ex-1,train,text_classification,好看,good,a.jsonl,,7,7,,\r\n");
  }

  @Test
  void writesARowForEachQuestionOfAnExam() throws IOException {
    ObjectNode line = line("ex-1", Part.TEST, "exam");
    line.putArray("messages").addPOJO(Turn.user("Read: …")).addPOJO(Turn.assistant("21. …"));
    for (int number : new int[] {21, 22}) {
      ObjectNode item = line.withArray("items").addObject();
      item.put("number", number).put("stem", "Why " + number + "?").put("answer", "B");
      item.putObject("options").put("A", "a").put("B", "b").put("C", "c").put("D", "=d");
    }

    List<NamedCsvRecord> rows = read(List.of(example(line)));

    assertThat(rows).hasSize(2);
    assertThat(rows.getLast().getFieldsAsMap())
        .containsEntry("example_id", "ex-1")
        .containsEntry("split", "test")
        .containsEntry("prompt", "Read: …")
        .containsEntry("number", "22")
        .containsEntry("question", "Why 22?")
        .containsEntry("A", "a")
        .containsEntry("D", "'=d")
        .containsEntry("answer", "B");
  }

  @Test
  void marksWhatWasMadeOfAnother() throws IOException {
    ObjectNode line = line("ex-2", Part.TRAIN, "messages");
    line.putArray("messages").addPOJO(Turn.user("q")).addPOJO(Turn.assistant("a"));
    line.putObject("augmented").put("method", "synonyms").put("parent", "ex-1");

    assertThat(read(List.of(example(line))).getFirst().getFieldsAsMap())
        .containsEntry("augmented", "synonyms")
        .containsEntry("parent", "ex-1");
  }

  @Test
  void writesChatsAsJsonInACell() throws IOException {
    List<NamedCsvRecord> rows =
        read(List.of(chat("ex-1", Part.TRAIN, "user", "a\nb", "assistant", "\"c\"")));

    assertThat(rows.getFirst().getField("messages"))
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":\"a\\nb\"},{\"role\":\"assistant\",\"content\":\"\\\"c\\\"\"}]");
  }

  @Test
  void putsRecipesThatWereMixedSideBySide() throws IOException {
    List<NamedCsvRecord> rows =
        read(
            List.of(
                structured("ex-1", "regression", "{\"text\": \"t\", \"score\": -1.5e-7}"),
                structured("ex-2", "translation", "{\"source\": \"水\", \"target\": \"water\"}"),
                chat("ex-3", Part.TRAIN, "user", "q", "assistant", "a")));

    assertThat(rows.get(0).getField("score")).isEqualTo("-0.00000015");
    assertThat(rows.get(0).getField("target")).isEmpty();
    assertThat(rows.get(1).getField("target")).isEqualTo("water");
    assertThat(rows.get(1).getField("messages")).isEmpty();
    assertThat(rows.get(2).getField("messages")).startsWith("[{\"role\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=cmd|'/c calc'!A1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "＝1",
        "＠a",
        "'=1",
        "''+1",
      })
  void neutralisesWhatASpreadsheetMayTakeForAFormulaAndCanBeUndone(String text) throws IOException {
    String cell = read(List.of(labelled(text))).getFirst().getField("text");

    assertThat(cell).isEqualTo("'" + text);
    assertThat(undone(cell)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=b",
        "'tis",
        "",
        "'",
        "1-2",
        " =1",
        "a\r\nb",
        "a\"b\"\"",
        "a,b;c\td",
        "\"",
        "a\0b",
        "😀",
        "\u2028",
        "\"\r\n=1\",\"\"",
      })
  void altersNothingElse(String text) throws IOException {
    String cell = read(List.of(labelled(text))).getFirst().getField("text");

    assertThat(cell).isEqualTo(text);
    assertThat(undone(cell)).isEqualTo(text);
  }

  @Test
  void keepsACellOfManyLinesInOneRow() throws IOException {
    List<ExampleLine> rows =
        List.of(labelled("a\r\n=HYPERLINK(\"x\")\n,,\"\r\nex-9,train"), labelled("next"));

    List<NamedCsvRecord> read = read(rows);

    assertThat(read).hasSize(2);
    assertThat(read.getLast().getField("text")).isEqualTo("next");
  }

  @Test
  void replacesHalfACharacterBecauseUtf8HasNone() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ExampleWriter rows = new CsvRows(out, List.of("text_classification"));

    rows.add(labelled("a\uD83Db"));
    rows.end();

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("a\uFFFDb");
  }

  /** What the page tells people to do. */
  private static String undone(String cell) {
    return cell.replaceFirst("^'(?='*[=+\\-@\\t\\r\\n\\x00＝＋－＠])", "");
  }

  private static ExampleLine labelled(String text) {
    ObjectNode structure = Json.MAPPER.createObjectNode().put("text", text).put("label", "x");
    return structured("ex-1", "text_classification", structure.toString());
  }

  private List<NamedCsvRecord> read(List<ExampleLine> examples) throws IOException {
    String text = exporting.text(Format.CSV, null, examples);
    assertThat(text).startsWith("\uFEFF");
    return CsvReader.builder().ofNamedCsvRecord(text.substring(1)).stream().toList();
  }
}
