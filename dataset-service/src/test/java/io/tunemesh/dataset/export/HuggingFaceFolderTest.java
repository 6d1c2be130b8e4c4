package io.tunemesh.dataset.export;

import static io.tunemesh.dataset.export.Exporting.chat;
import static io.tunemesh.dataset.export.Exporting.example;
import static io.tunemesh.dataset.export.Exporting.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The folder for the Hugging Face Hub, its card read as YAML. */
class HuggingFaceFolderTest {

  private static final List<ExampleLine> EXAMPLES =
      List.of(
          chat("ex-1", Part.TRAIN, "user", "q", "assistant", "a"),
          chat("ex-2", Part.TEST, "user", "r", "assistant", "b"),
          chat("ex-3", Part.TRAIN, "user", "s", "assistant", "c"));

  @TempDir Path temp;
  private Exporting exporting;

  @BeforeEach
  void store() throws IOException {
    exporting = new Exporting(temp);
  }

  @Test
  void holdsAFileForEachSplitAndACardThatNamesThem() throws Exception {
    JsonNode read = exporting.inPython(Format.HUGGINGFACE, null, EXAMPLES);

    assertThat(read.get("names").toString())
        .isEqualTo(
            "[\"data/train-00000-of-00001.parquet\",\"data/test-00000-of-00001.parquet\",\"README.md\"]");
    assertThat(read.at("/tables/data~1train-00000-of-00001.parquet/rows").findValuesAsText("id"))
        .containsExactly("ex-1", "ex-3");
    JsonNode card = read.get("card");
    assertThat(card.get("pretty_name").asText()).isEqualTo("things");
    assertThat(card.get("license").asText()).isEqualTo("unknown");
    assertThat(card.get("language").toString()).isEqualTo("[\"en\"]");
    assertThat(card.get("task_categories").toString()).isEqualTo("[\"text-generation\"]");
    assertThat(card.get("size_categories").toString()).isEqualTo("[\"n<1K\"]");
    assertThat(card.at("/configs/0/data_files").toString())
        .isEqualTo(
            "[{\"split\":\"train\",\"path\":\"data/train-00000-of-00001.parquet\"},"
                + "{\"split\":\"test\",\"path\":\"data/test-00000-of-00001.parquet\"}]");
  }

  @Test
  void tellsWhatBecameOfEveryRow() throws Exception {
    String body = exporting.inPython(Format.HUGGINGFACE, null, EXAMPLES).get("body").asText();

    assertThat(body)
        .contains("# things")
        .contains("**6 rows in = 3 kept + 3 refused**")
        .contains("| a\\|b \\<i\\>.jsonl | messages | 5 | 2 | 3 | 2 |")
        .contains("| empty\\_cell | 2 |")
        .contains("| train | 2 |")
        .contains("into 4 lines")
        .contains("````text\n[instruction]\n```\n---\n{text}\n````")
        .contains("| `messages` |")
        .contains("load_dataset(");
  }

  @Test
  void holdsOneSplitWhereOneIsAskedFor() throws Exception {
    JsonNode read =
        exporting.license("cc-by-4.0").inPython(Format.HUGGINGFACE, Part.TEST, EXAMPLES);

    assertThat(read.get("names")).hasSize(2);
    assertThat(read.at("/card/license").asText()).isEqualTo("cc-by-4.0");
    assertThat(read.at("/card/configs/0/data_files")).hasSize(1);
    assertThat(read.get("body").asText()).contains("Not in this folder: train.");
  }

  @Test
  void holdsPlainTextAsText() throws Exception {
    ExampleLine text = example(line("ex-1", Part.TRAIN, "plain_text").put("text", "Once."));

    JsonNode read = exporting.task("pt").inPython(Format.HUGGINGFACE, null, List.of(text));

    assertThat(read.at("/tables/data~1train-00000-of-00001.parquet/rows/0/text").asText())
        .isEqualTo("Once.");
    assertThat(read.get("body").asText()).contains("| `text` |").doesNotContain("`messages`");
  }

  @ParameterizedTest
  @CsvSource({
    "classification, text-classification",
    "regression, text-classification",
    "tagging, token-classification",
    "sft, text-generation",
  })
  void tellsTheTaskInTheHubsWords(String task, String category) throws Exception {
    JsonNode read = exporting.task(task).inPython(Format.HUGGINGFACE, null, EXAMPLES);

    assertThat(read.at("/card/task_categories/0").asText()).isEqualTo(category);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: b # c",
        "\"q\" 'q' \\",
        "---",
        "no",
        "[x](javascript:alert(1))",
        "<script>alert(1)</script>",
        "中文 😀",
        "!include x",
        "%YAML",
      })
  void takesANameOfAnyKindForAName(String name) throws Exception {
    JsonNode read = exporting.named(name).inPython(Format.HUGGINGFACE, null, EXAMPLES);

    assertThat(read.at("/card/pretty_name").asText()).isEqualTo(name);
    assertThat(read.get("body").asText()).doesNotContain("<script>").doesNotContain("# [x](");
  }

  @Test
  void keepsANameOnItsLine() throws Exception {
    JsonNode read =
        exporting
            .named("a\n---\nlicense: mit\u0085b\u2028c\0d")
            .inPython(Format.HUGGINGFACE, null, EXAMPLES);

    assertThat(read.at("/card/license").asText()).isEqualTo("unknown");
    assertThat(read.at("/card/pretty_name").asText()).isEqualTo("a --- license: mit b c d");
  }

  @Test
  void isTheSameBytesForTheSameDataset() throws IOException {
    for (Format format : Format.values()) {
      if (format != Format.TEXT) {
        assertThat(exporting.bytes(format, Part.TRAIN, EXAMPLES))
            .isEqualTo(exporting.bytes(format, Part.TRAIN, EXAMPLES));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "999, n<1K",
    "1000, 1K<n<10K",
    "9999, 1K<n<10K",
    "10000, 10K<n<100K",
    "1000000, 1M<n<10M",
    "999999999999, 100B<n<1T",
    "1000000000000, n>1T",
  })
  void tellsTheSizeInTheHubsSteps(long examples, String step) throws IOException {
    Built dataset = exporting.export(Format.HUGGINGFACE, null, EXAMPLES).dataset();

    assertThat(new Card(dataset, Map.of(Part.TRAIN, examples), Set.of(), null).text())
        .contains("size_categories:\n- " + step + "\n")
        .doesNotContain("language:");
  }
}
