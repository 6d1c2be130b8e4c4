package io.tunemesh.dataset.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.FileBlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageIndexTest {

  private static final String PREFIX = "datasets/acme/ds-1/";

  @TempDir Path folder;
  private BlobStore blobs;
  private final List<Traced.Example> examples = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  @BeforeEach
  void store() throws IOException {
    blobs = new FileBlobStore(folder.resolve("blobs"));
  }

  @Test
  void findsARowInTheChunkThatHoldsItAndReadsNoOther() throws IOException {
    for (int row = 2; row <= 10_001; row++) {
      example("file-a", "Sheet1", null, row);
    }
    BlobRef directory = index();
    JsonNode chunks = directory(directory).get("chunks");
    assertThat(chunks).hasSize(3);
    blobs.delete(PREFIX + "lineage/0.jsonl");
    blobs.delete(PREFIX + "lineage/2.jsonl");

    assertThat(find(directory, "file-a", "Sheet1", 5000)).containsExactly("file-a/Sheet1/5000");
    assertThatThrownBy(() -> find(directory, "file-a", "Sheet1", 2))
        .isInstanceOf(BlobNotFound.class);
    assertThat(find(directory, "file-a", "Sheet1", 10_002)).isEmpty();
    assertThat(find(directory, "file-a", "Sheet2", 5000)).isEmpty();
    assertThat(find(directory, "file-b", "Sheet1", 5000)).isEmpty();
  }

  @Test
  void findsARowInEveryExampleThatShowsIt() throws IOException {
    for (int row = 2; row <= 40; row += 2) {
      example("file-a", null, Math.max(1, row - 5), row);
    }
    BlobRef directory = index();

    assertThat(find(directory, "file-a", null, 9))
        .containsExactly("file-a/null/10", "file-a/null/12", "file-a/null/14");
    assertThat(find(directory, "file-a", "", 1)).hasSize(3);
  }

  @Test
  void tellsTheSheetsOfABookAndTheFilesOfAnArchiveApart() throws IOException {
    for (int row = 2; row < 6; row++) {
      example("file-a", "a/one.csv", null, row);
      example("file-a", "b/one.csv", null, row);
      example("file-b", "a/one.csv", null, row);
    }
    BlobRef directory = index();

    assertThat(find(directory, "file-a", "b/one.csv", 3)).containsExactly("file-a/b/one.csv/3");
  }

  @Test
  void findsRefusedRowsBesideExamples() throws IOException {
    example("file-a", "Sheet1", null, 2);
    refused("file-a", "Sheet1", 3);
    refused("file-a", "Sheet1", 4);
    BlobRef directory = index();

    List<Traced> found = LineageIndex.find(blobs, directory, "file-a", "Sheet1", 3);

    assertThat(found)
        .singleElement()
        .satisfies(
            traced -> {
              assertThat(traced.example()).isNull();
              assertThat(traced.refusal().cell()).isEqualTo("C3");
            });
  }

  @Test
  void tellsWhetherAnExampleUsesAColumn() throws IOException {
    example("file-a", "Sheet1", null, 2);
    Traced.Example example =
        LineageIndex.find(blobs, index(), "file-a", "Sheet1", 2).getFirst().example();

    assertThat(example.uses("B")).isTrue();
    assertThat(example.uses("D")).isFalse();
    assertThat(example.uses(null)).isTrue();
  }

  @Test
  void makesTheSameBytesOfTheSameLinesAndNothingOfNone() throws IOException {
    assertThat(directory(index()).get("chunks")).isEmpty();
    example("file-a", "Sheet1", null, 2);

    assertThat(index().sha256()).isEqualTo(index().sha256());
  }

  private void example(String file, String sheet, Integer first, int row) throws IOException {
    Map<String, Column> columns = Map.of("text", new Column("text", "B"));
    examples.add(
        new Traced.Example(
            "%s/%s/%d".formatted(file, sheet, row),
            "train",
            "exam",
            null,
            new ExampleLine.Lineage(file, file, sheet, row, first, columns)));
  }

  private void refused(String file, String sheet, int row) throws IOException {
    refused.add(
        Json.MAPPER.writeValueAsString(
            new RefusedLine(
                "refused-" + row, file, file, sheet, row, "C" + row, "C", "c", "code", "why")));
  }

  private BlobRef index() throws IOException {
    try (LineageDraft draft = new LineageDraft(folder.resolve("lineage.jsonl"))) {
      for (Traced.Example example : examples) {
        draft.add(example.lineage(), out -> out.write(Json.MAPPER.writeValueAsBytes(example)));
      }
      return draft.store(blobs, PREFIX, Files.write(folder.resolve("refused.jsonl"), refused));
    }
  }

  private JsonNode directory(BlobRef ref) throws IOException {
    try (InputStream in = blobs.open(ref)) {
      return Json.MAPPER.readTree(in);
    }
  }

  private List<String> find(BlobRef directory, String file, String sheet, int row)
      throws IOException {
    return LineageIndex.find(blobs, directory, file, sheet, row).stream()
        .map(traced -> traced.example().id())
        .toList();
  }
}
