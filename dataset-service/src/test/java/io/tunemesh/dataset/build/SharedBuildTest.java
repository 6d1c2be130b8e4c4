package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds whose rows were read by others; every recipe's own tests hold the same of its lines. */
class SharedBuildTest {

  @TempDir Path temp;
  private Building building;
  private BlobStore blobs;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    blobs = building.blobs();
  }

  @Test
  void hasTheSameBytesAsOneThatReadsAlone() throws Exception {
    UploadParsed exam = Workbooks.withARefusedRow(blobs, "file-en", "e.xlsx", 33, null);
    UploadParsed labels =
        Sample.tsv(
                IntStream.range(0, 60)
                    .mapToObj(i -> "text " + i / 2 + "\t" + (i % 7 == 0 ? "" : "y"))
                    .collect(Collectors.joining("\n", "text\tlabel\n", "")))
            .parsed(blobs, "file-l", "l.tsv");
    DatasetSpec spec =
        new DatasetSpec(
            "mixed",
            List.of(
                new Source("e.xlsx", "exam", null, null, 2, 20, null),
                new Source("l.tsv", null, null, null, null, null, null)),
            null,
            new Clean("exact", null, 3, null));

    DatasetFiles alone = building.built(spec, exam, labels);
    UploadParsed cutExam = SharedReading.cut(blobs, exam, 4);
    UploadParsed cutLabels = SharedReading.cut(blobs, labels, 7);
    Made shared =
        building.build(
            spec,
            100_000,
            List.of(
                SharedReading.found(blobs, spec, cutExam, 0),
                SharedReading.found(blobs, spec, cutLabels, 1)),
            cutExam,
            cutLabels);

    assertThat(shared).isInstanceOf(Made.Built.class);
    DatasetFiles joined = ((Made.Built) shared).files();
    assertThat(alone.refusals()).containsKeys("over_limit", "duplicate", "empty_cell");
    assertThat(joined.manifest().sha256()).isEqualTo(alone.manifest().sha256());
    assertThat(joined.examples().sha256()).isEqualTo(alone.examples().sha256());
    assertThat(joined.refused().sha256()).isEqualTo(alone.refused().sha256());
    assertThat(joined.train().lines().sha256()).isEqualTo(alone.train().lines().sha256());
  }

  @Test
  void findsAChunkThatIsNotWhatWasTold() throws Exception {
    UploadParsed exam = Workbooks.english(blobs, "file-en", "e.xlsx", 20, null);
    UploadParsed cut = SharedReading.cut(blobs, exam, 4);
    Chunk first = cut.chunks().getFirst();
    Chunk other = new Chunk(first.offset() + 1, first.bytes(), first.sha256(), first.rows());

    assertThatThrownBy(() -> ChunkRows.of(blobs, cut, other)).isInstanceOf(CorruptBlob.class);
  }
}
