package io.tunemesh.dataset.build;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.lineage.LineageIndex;
import io.tunemesh.dataset.report.About;
import io.tunemesh.dataset.report.Leaks;
import io.tunemesh.dataset.report.Report;
import io.tunemesh.dataset.report.ReportMaker;
import io.tunemesh.dataset.report.Reports;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What is found in the lines of a build when they are finished: the report and the index of the
 * lineage, both stored.
 *
 * @param leaks null where there are no examples
 */
record Reporting(BlobRef report, BlobRef lineage, Leaks leaks) {

  /**
   * Looks at the lines of {@code parts}, which are closed.
   *
   * @param lines how many lines of the training part each source has; null where there is none
   * @param rejected null where the dataset is built
   */
  static Reporting of(
      BlobStore blobs,
      String prefix,
      Order order,
      Parts parts,
      List<SourceReading> readings,
      List<Long> lines,
      String task,
      String format,
      Report.Rejection rejected)
      throws IOException {
    List<About.Source> sources = new ArrayList<>();
    List<Report.TemplateUse> templates = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      sources.add(source(readings.get(i), lines == null ? null : lines.get(i)));
      readings.get(i).templates().stream().map(Reporting::template).forEach(templates::add);
    }
    About about = new About(task, format, order.spec(), sources, templates, rejected);
    Path examples = parts.examples().file();
    Path refused = parts.refused().file();
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<BlobRef> lineage =
          beside.submit(() -> LineageIndex.store(blobs, prefix, examples, refused));
      Report report = ReportMaker.make(about, examples, refused);
      return new Reporting(
          Reports.store(blobs, prefix, report), RowsAhead.result(lineage), report.leaks());
    }
  }

  /** {@code files} with what was found. */
  DatasetFiles in(DatasetFiles files) {
    return files.with(report, lineage);
  }

  private static About.Source source(SourceReading reading, Long lines) {
    return new About.Source(
        reading.file().filename(),
        reading.file().fileId(),
        reading.type().name(),
        reading.tally().kept(),
        reading.tally().examples(),
        reading.tally().refusals(),
        lines);
  }

  private static Report.TemplateUse template(Manifest.TemplateEntry entry) {
    return new Report.TemplateUse(
        entry.source(), entry.language(), entry.name(), entry.sha256(), entry.text());
  }
}
