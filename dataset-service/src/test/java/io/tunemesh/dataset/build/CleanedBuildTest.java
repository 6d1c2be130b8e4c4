package io.tunemesh.dataset.build;

import static io.tunemesh.dataset.build.Building.source;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.recipe.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of cleaning in a build: what they change, what they refuse, and how it is counted. */
class CleanedBuildTest {

  private static final List<String> ODD =
      List.of(
          "{\"instruction\": \"Say cafÃ©\", \"output\": \"no\"}",
          "{\"instruction\": \"Say it\", \"output\": \"ＡＢＣ１２３\"}",
          "{\"instruction\": \"<p>Say</p> &amp; do\", \"output\": \"yes\\u200b <b>yes</b>\"}",
          "{\"instruction\": \"Say this\", \"output\": \"<img src='x.png'>\"}",
          "{\"instruction\": \"Tell\", \"output\": \"%s\"}".formatted("over and over ".repeat(30)));

  @TempDir Path temp;
  private Building building;
  private UploadParsed file;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    List<String> rows = new ArrayList<>(ODD);
    for (int i = 0; i < 40; i++) {
      rows.add("{\"instruction\": \"Count to %d\", \"output\": \"It is %d.\"}".formatted(i, i));
    }
    file = Sample.jsonl(String.join("\n", rows)).parsed(building.blobs(), "file-c", "c.jsonl");
  }

  @Test
  void changesTextInAllItsFormsAndCountsByRule() throws IOException {
    DatasetFiles files =
        built(new Clean(null, null, null, null, "remove", "strip", "remove", true, true));

    assertThat(files.refusals())
        .isEqualTo(java.util.Map.of("garbled_text", 1L, "nothing_left", 1L, "repetitive", 1L));
    assertThat(files.rowsKept()).isEqualTo(42);
    JsonNode manifest = building.json(files.manifest());
    assertThat(manifest.get("changed").toString())
        .isEqualTo("{\"controls\":1,\"normalize_widths\":1,\"strip_markup\":1}");
    List<JsonNode> examples = examples(files);
    assertThat(examples.get(0).at("/messages/1/content").asText()).isEqualTo("ABC123");
    assertThat(examples.get(0).at("/structure/output").asText()).isEqualTo("ABC123");
    assertThat(examples.get(1).at("/messages/0/content").asText()).contains("Say\n& do");
    assertThat(examples.get(1).at("/messages/1/content").asText()).isEqualTo("yes yes");
    List<String> refused = building.lines(files.refused());
    assertThat(refused.getFirst())
        .contains("\"row\":1", "\"code\":\"garbled_text\"", "read as Latin-1: 'Ã©'");
  }

  @Test
  void removesWhatHasControlCharactersWhereThatIsAskedFor() throws IOException {
    DatasetFiles files = built(new Clean(null, null, null, null, null, "remove", null, null, null));

    assertThat(files.refusals()).isEqualTo(java.util.Map.of("control_characters", 1L));
    assertThat(building.lines(files.refused()).getFirst())
        .contains("\"row\":3", "U+200B ZERO WIDTH SPACE");
    assertThat(building.json(files.manifest()).has("changed")).isFalse();
  }

  @Test
  void changesNothingThatNobodyAskedToChange() throws IOException {
    DatasetFiles files = built(null);

    assertThat(files.rowsRefused()).isZero();
    assertThat(examples(files).get(1).at("/messages/1/content").asText()).isEqualTo("ＡＢＣ１２３");
    assertThat(building.json(files.manifest()).at("/tokens/absent").asText())
        .contains("no base model is named");
  }

  private DatasetFiles built(Clean clean) throws IOException {
    DatasetSpec spec =
        new DatasetSpec("d", List.of(source("c.jsonl", null, null, null)), null, clean);
    return building.built(spec, file);
  }

  private List<JsonNode> examples(DatasetFiles files) throws IOException {
    List<JsonNode> examples = new ArrayList<>();
    for (String line : building.lines(files.examples())) {
      examples.add(Json.MAPPER.readTree(line));
    }
    return examples;
  }
}
