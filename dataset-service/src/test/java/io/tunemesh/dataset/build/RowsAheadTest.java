package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.augment.Augmented;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.platform.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that several threads read; every recipe's own tests hold the same of its lines. */
class RowsAheadTest {

  private static final List<Sheet> SHEETS =
      List.of(
          new Sheet(
              "", 0, List.of(new Column("text", "text"), new Column("label", "label")), 4000));
  private static final DatasetSpec SPEC =
      new DatasetSpec(
          null,
          List.of(new Source("t.jsonl", "text_classification", null, null, null, 1900, null)),
          null,
          new Clean("exact", null, 3, null));

  @TempDir Path temp;
  private Building building;
  private BlobStore blobs;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    blobs = building.blobs();
  }

  @Test
  void givesTheBytesOfABuildWhoseRowsWereReadOneByOne() throws Exception {
    UploadParsed file = stored(4000);
    UploadParsed cut = SharedReading.cut(blobs, file, 4000);

    DatasetFiles several = building.built(SPEC, file);
    Made one =
        building.build(
            SPEC,
            100_000,
            List.of(List.of(SharedReading.found(blobs, SPEC, cut, 0).getFirst())),
            cut);

    DatasetFiles alone = ((Made.Built) one).files();
    assertThat(several.refusals()).containsKeys("duplicate", "empty_cell", "broken_character");
    assertThat(several.refusals()).containsKeys("over_limit");
    assertThat(several.manifest().sha256()).isEqualTo(alone.manifest().sha256());
    assertThat(several.examples().sha256()).isEqualTo(alone.examples().sha256());
    assertThat(several.refused().sha256()).isEqualTo(alone.refused().sha256());
    assertThat(several.train().lines().sha256()).isEqualTo(alone.train().lines().sha256());
  }

  @Test
  void failsWhenALineInALaterBatchIsNoRecord() throws Exception {
    UploadParsed file = stored(4000);
    byte[] lines;
    try (InputStream in = blobs.open(file.records())) {
      lines = in.readAllBytes();
    }
    lines[lines.length - 100] = '}';
    var broken = blobs.put("broken.jsonl", new ByteArrayInputStream(lines));

    assertThatThrownBy(() -> building.build(SPEC, 100_000, of(broken, 4000)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void leavesNoThreadBehind() throws Exception {
    building.built(SPEC, stored(4000));

    // a pool has ended a moment before its last thread has
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("rows-")));
  }

  @Test
  void writesEveryKindOfLineAsDataBindingDoes() throws Exception {
    ExampleLine.Lineage lineage =
        new ExampleLine.Lineage(
            "表.xlsx",
            "file-1",
            "Sheet1",
            7,
            5,
            Map.of("b", new Column("b", "B"), "a", new Column("a", "A")));
    List<Turn> turns =
        List.of(Turn.system("s\u2028\u0001"), Turn.user("\"q\"😀"), new Turn("assistant", "答", 0));
    List<ExampleLine> lines =
        List.of(
            new ExampleLine(
                "ex-1",
                "train",
                "alpaca",
                turns,
                null,
                "zh",
                null,
                null,
                Map.of("k", 1),
                lineage,
                null),
            new ExampleLine(
                "ex-2",
                "test",
                "plain_text",
                null,
                "text",
                "en",
                null,
                null,
                null,
                null,
                new Augmented("shuffle_options", "ex-1")),
            new ExampleLine(
                "ex-3",
                "validation",
                "alpaca",
                List.of(),
                null,
                "en",
                List.of(),
                List.of(),
                null,
                lineage,
                null));
    List<WrittenLine> written = new ArrayList<>();

    try (LineWriter writer = new LineWriter(10)) {
      for (ExampleLine line : lines) {
        written.add(writer.write(line));
      }
    }

    for (int i = 0; i < lines.size(); i++) {
      AheadReading.requireTheMappers(lines.get(i), written.get(i));
    }
  }

  /** Many rows, some empty, broken or repeated; one is longer than a batch. */
  private UploadParsed stored(int rows) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      String text = "a text that is long enough for several batches, number " + i / 2;
      lines.append(
          "{\"row\":%d,\"values\":{\"text\":\"%s\"%s}}\n"
              .formatted(
                  i + 1,
                  i == 900 ? text.repeat(3000) : i % 97 == 5 ? "half \\" + "ud83d" : text,
                  i % 89 == 3 ? "" : ",\"label\":\"l" + i / 2 % 3 + "\""));
    }
    return of(
        blobs.put(
            "records.jsonl",
            new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8))),
        rows);
  }

  private static UploadParsed of(BlobRef records, int rows) {
    return new UploadParsed("file-t", "t.jsonl", "jsonl", records, rows, SHEETS, null, null, null);
  }
}
