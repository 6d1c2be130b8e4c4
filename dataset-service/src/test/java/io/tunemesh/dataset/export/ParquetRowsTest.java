package io.tunemesh.dataset.export;

import static io.tunemesh.dataset.export.Exporting.chat;
import static io.tunemesh.dataset.export.Exporting.example;
import static io.tunemesh.dataset.export.Exporting.line;
import static io.tunemesh.dataset.export.Exporting.structured;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files as pyarrow reads them. */
class ParquetRowsTest {

  @TempDir Path temp;
  private Exporting exporting;

  @BeforeEach
  void store() throws IOException {
    exporting = new Exporting(temp);
  }

  @Test
  void writesTheChatAsAListOfStructuresWithItsLineage() throws Exception {
    ObjectNode line = line("ex-1", Part.VALIDATION, "messages");
    line.putArray("messages")
        .addPOJO(Turn.user("a\0\u2028😀\"你"))
        .addPOJO(new Turn("assistant", "no", 0))
        .addPOJO(Turn.user("r"))
        .addPOJO(Turn.assistant(""));
    line.withObject("lineage").put("sheet", "表").put("first_row", 5);
    line.putObject("augmented").put("method", "synonyms").put("parent", "ex-0");

    JsonNode read =
        exporting.inPython(
            Format.PARQUET,
            null,
            List.of(example(line), chat("ex-2", Part.TRAIN, "user", "q", "assistant", "a")));

    assertThat(read.at("/schema/messages").asText())
        .isEqualTo(
            "list<element: struct<role: string not null, content: string not null, weight: int32>"
                + " not null>");
    assertThat(read.at("/schema/row").asText()).isEqualTo("int32");
    assertThat(read.at("/schema").has("text")).isFalse();
    assertThat(read.at("/codecs").toString()).isEqualTo("[\"GZIP\"]");
    JsonNode row = read.at("/rows/0");
    assertThat(row.get("id").asText()).isEqualTo("ex-1");
    assertThat(row.get("split").asText()).isEqualTo("validation");
    assertThat(row.get("language").asText()).isEqualTo("en");
    assertThat(row.at("/messages/0/content").asText()).isEqualTo("a\0\u2028😀\"你");
    assertThat(row.at("/messages/0/weight").isNull()).isTrue();
    assertThat(row.at("/messages/1/weight").asInt(1)).isZero();
    assertThat(row.at("/messages/3/content").asText("?")).isEmpty();
    assertThat(row.get("file").asText()).isEqualTo("a.jsonl");
    assertThat(row.get("file_id").asText()).isEqualTo("file-1");
    assertThat(row.get("sheet").asText()).isEqualTo("表");
    assertThat(row.get("first_row").asInt()).isEqualTo(5);
    assertThat(row.get("row").asInt()).isEqualTo(7);
    assertThat(row.get("augmented").asText()).isEqualTo("synonyms");
    assertThat(row.get("parent").asText()).isEqualTo("ex-0");
    assertThat(read.at("/rows/1/parent").isNull()).isTrue();
    assertThat(row.get("structure").isNull()).isTrue();
    assertThat(read.at("/rows/1/first_row").asInt()).isEqualTo(7);
  }

  @Test
  void keepsTheFieldsOfARecipeAndTheQuestionsOfAnExam() throws Exception {
    ObjectNode exam = line("ex-2", Part.TRAIN, "exam");
    exam.putArray("messages").addPOJO(Turn.user("q")).addPOJO(Turn.assistant("a"));
    ObjectNode item = exam.withArray("items").addObject();
    item.put("number", 1).put("stem", "Why?").put("answer", "C");
    item.putObject("options").put("A", "a").put("B", "b").put("C", "c").put("D", "d");

    JsonNode read =
        exporting.inPython(
            Format.PARQUET,
            Part.TRAIN,
            List.of(
                structured("ex-1", "translation", "{\"source\": \"水\", \"target\": \"water\"}"),
                example(exam)));

    assertThat(read.at("/rows/0/structure").asText())
        .isEqualTo("{\"source\":\"水\",\"target\":\"water\"}");
    assertThat(read.at("/rows/1/structure").asText())
        .startsWith("[{\"number\":1,\"stem\":\"Why?\",\"options\":{\"A\":\"a\"");
  }

  @Test
  void writesPlainTextAsOneColumn() throws Exception {
    ObjectNode line = line("ex-1", Part.TRAIN, "plain_text").put("text", "第一段");

    JsonNode read =
        exporting.task("pt").inPython(Format.PARQUET, Part.TRAIN, List.of(example(line)));

    assertThat(read.at("/rows/0/text").asText()).isEqualTo("第一段");
    assertThat(read.at("/schema").has("messages")).isFalse();
  }

  @Test
  void writesAnEmptyPartAsATableWithoutRows() throws Exception {
    JsonNode read =
        exporting.inPython(
            Format.PARQUET,
            Part.TEST,
            List.of(chat("ex-1", Part.TRAIN, "user", "q", "assistant", "a")));

    assertThat(read.at("/rows")).isEmpty();
    assertThat(read.at("/schema").has("messages")).isTrue();
  }

  @Test
  void endsARowGroupOfManySmallRows() throws Exception {
    List<ExampleLine> examples = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      examples.add(chat("ex-" + i, Part.TRAIN, "user", "q", "assistant", "a"));
    }

    JsonNode read = exporting.inPython(Format.PARQUET, Part.TRAIN, examples);

    assertThat(read.at("/rows")).hasSize(10_001);
    assertThat(read.at("/row_groups").asInt()).isEqualTo(2);
  }

  @Test
  void endsARowGroupBeforeItIsTooLargeToHold() throws Exception {
    Random random = new Random(7);
    List<ExampleLine> examples = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder noise = new StringBuilder();
      while (noise.length() < 500_000) {
        noise.append(Long.toString(random.nextLong(), 36));
      }
      examples.add(chat("ex-" + i, Part.TRAIN, "user", "q", "assistant", noise.toString()));
    }

    JsonNode read = exporting.inPython(Format.PARQUET, Part.TRAIN, examples);

    assertThat(read.at("/rows")).hasSize(60);
    assertThat(read.at("/row_groups").asInt()).isGreaterThan(1);
    assertThat(read.at("/rows/59/messages/1/content").asText())
        .isEqualTo(examples.getLast().messages().getLast().content());
  }
}
