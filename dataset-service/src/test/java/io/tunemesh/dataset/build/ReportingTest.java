package io.tunemesh.dataset.build;

import static io.tunemesh.dataset.build.Building.source;
import static io.tunemesh.dataset.build.Building.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build reports of itself. */
class ReportingTest {

  @TempDir Path temp;
  private Building building;
  private BlobStore blobs;

  @BeforeEach
  void store() throws IOException {
    building = new Building(temp);
    blobs = building.blobs();
  }

  @Test
  void countsTheRowsOfEverySourceOnce() throws IOException {
    UploadParsed zh = Workbooks.chinese(blobs, "file-zh", "语文.xlsx", 60, null);
    UploadParsed en = Workbooks.withARefusedRow(blobs, "file-en", "英语.xlsx", 45, null);
    DatasetSpec spec = spec(source("语文.xlsx", 2, null, 3.0), source("英语.xlsx", null, 40, null));

    DatasetFiles files = building.built(spec, zh, en);
    DatasetFiles again = building.built(spec, zh, en);

    JsonNode report = building.json(files.report());
    assertThat(again.report().sha256()).isEqualTo(files.report().sha256());
    assertThat(again.lineage().sha256()).isEqualTo(files.lineage().sha256());
    assertThat(report.at("/rows/in").asLong()).isEqualTo(106);
    assertThat(report.at("/rows/kept").asLong()).isEqualTo(files.rowsKept());
    assertThat(report.at("/sources/1/rows/refused").asLong()).isEqualTo(6);
    assertThat(report.at("/sources/1/rows/examples").asLong()).isEqualTo(40);
    assertThat(report.at("/splits/0/lines").asLong()).isEqualTo(files.train().examples());
    assertThat(report.at("/letters/questions").asLong()).isEqualTo(200);
    assertThat(report.get("languages").findValuesAsText("language")).containsExactly("en", "zh");
    assertThat(report.get("templates").findValuesAsText("name"))
        .containsExactly("exam-zh", "exam-en", "exam-zh", "exam-en");
  }

  @Test
  void tellsWhatCleaningRemovedFromWhatCannotBeUsed() throws IOException {
    UploadParsed labels =
        labels(i -> i < 10 && i % 2 == 0 ? "the same text of a film" : "film number " + i);
    DatasetSpec cleaned =
        new DatasetSpec(
            null,
            List.of(source("l.tsv", null, null, null)),
            null,
            new DatasetSpec.Clean("exact", null, null, null));

    DatasetFiles files = building.built(cleaned, labels);

    JsonNode report = building.json(files.report());
    assertThat(files.rowsRefused()).isEqualTo(4);
    assertThat(report.at("/rows/refused").asLong()).isZero();
    assertThat(report.at("/rows/removed").asLong()).isEqualTo(4);
    assertThat(report.at("/duplicates/exact").asLong()).isZero();
    assertThat(report.at("/duplicates/removed/0/rows").asLong()).isEqualTo(4);
  }

  @Test
  void tellsInTheManifestWhatIsMeasuredAndTrainedOnToo() throws IOException {
    UploadParsed labels = labels(i -> near(i / 2, i % 2));

    DatasetFiles files = building.built(spec(source("l.tsv", null, null, null)), labels);

    JsonNode leaks = building.json(files.manifest()).get("leaks");
    assertThat(leaks).isEqualTo(building.json(files.report()).get("leaks"));
    long leaked =
        leaks.get("parts").valueStream().mapToLong(part -> part.get("leaked").asLong()).sum();
    assertThat(leaked).isPositive();
    assertThat(leaks.at("/pairs/0/kind").asText()).isIn("near_text", "near_question");
    assertThat(leaks.at("/pairs/0/train/row").asInt())
        .isBetween(
            leaks.at("/pairs/0/example/row").asInt() - 1,
            leaks.at("/pairs/0/example/row").asInt() + 1);
  }

  @Test
  void reportsOnADatasetOfWhichNothingIsKept() throws IOException {
    UploadParsed en = Workbooks.withARefusedRow(blobs, "file-en", "e.xlsx", 0, null);

    Made made = building.build(spec(source("e.xlsx", null, null, null)), 1000, en);

    JsonNode report = building.json(((Made.Rejected) made).files().report());
    assertThat(report.at("/rejected/code").asText()).isEqualTo("no_rows_kept");
    assertThat(report.at("/look_at/0/code").asText()).isEqualTo("no_rows_kept");
    assertThat(report.at("/rows/in").asLong()).isEqualTo(1);
    assertThat(report.at("/refusals/0/first/0/cell").asText()).isEqualTo("C2");
  }

  private UploadParsed labels(IntFunction<String> text) throws IOException {
    String rows =
        IntStream.range(0, 120)
            .mapToObj(i -> text.apply(i) + "\t" + (i % 2 == 0 ? "x" : "y"))
            .collect(Collectors.joining("\n"));
    return Sample.tsv("text\tlabel\n" + rows).parsed(blobs, "file-l", "l.tsv");
  }

  private static String near(int number, int version) {
    String words =
        IntStream.range(0, 12)
            .mapToObj(i -> Integer.toString((number + 1) * (i + 7) * 7919, 36))
            .collect(Collectors.joining(" "));
    return words + (version == 0 ? " at last" : " at least");
  }
}
