package io.tunemesh.dataset.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Where;
import io.tunemesh.platform.testing.RecordSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema in docs/ is that of the code, and reports keep it. */
class ReportSchemaTest {

  private static final RecordSchema SCHEMA = new RecordSchema(Report.class, "Report of a dataset");

  @TempDir Path folder;

  @Test
  void committedSchemaIsTheCodes() throws IOException {
    SCHEMA.isCommittedAt(Path.of("../docs/reports.schema.json"));
  }

  @Test
  void reportsKeepTheSchema() throws IOException {
    ReportLines lines = new ReportLines().template("Say it.");
    for (int i = 0; i < 40; i++) {
      lines.labelled(i % 4 == 0 ? "test" : "train", "film " + i % 30, i % 3 == 0 ? "good" : "bad");
    }
    lines.refused("duplicate", "it repeats row 2").refused("empty_cell", "fill it in");
    Report unread =
        Reports.unread(
            null,
            new Report.Rejection("source_missing", "it did not come", Where.file("a.xlsx")),
            List.of(new Report.SourceRows("a.xlsx", null, null, null, null, null, null)));

    assertThat(mistakes(lines.report(folder))).isEmpty();
    assertThat(mistakes(new ReportLines().refused("empty_cell", "fill it in").report(folder)))
        .isEmpty();
    assertThat(mistakes(unread)).isEmpty();
    assertThat(SCHEMA.mistakes("{\"object\": \"dataset.report\", \"look_at\": 1}")).isNotEmpty();
  }

  private static List<String> mistakes(Report report) throws IOException {
    return SCHEMA.mistakes(new String(Reports.bytes(report), StandardCharsets.UTF_8));
  }
}
