package io.tunemesh.dataset.build;

import io.tunemesh.dataset.report.About;
import io.tunemesh.dataset.report.Report;
import io.tunemesh.dataset.report.ReportMaker;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tells the report what a build knows beside its lines. */
final class Reporting {

  private Reporting() {}

  /**
   * The report of drafts whose examples and refused rows are closed.
   *
   * @param lines how many lines of the training part each source has; null where there is none
   * @param pieces that are left out of rows which are kept, by code
   * @param rejected null where the dataset is built
   * @param bounded as {@link About} has it
   */
  static Report of(
      Order order,
      Drafts drafts,
      Sources sources,
      List<Long> lines,
      Map<String, Long> pieces,
      Report.Rejection rejected,
      long bounded)
      throws IOException {
    List<About.Source> read = new ArrayList<>();
    for (SourceReading source : sources.all()) {
      read.add(source(source, lines == null ? null : lines.get(source.position())));
    }
    About about =
        new About(
            sources.task().key(),
            sources.format(),
            order.spec(),
            read,
            sources.templates().stream().map(Reporting::template).toList(),
            pieces,
            rejected,
            bounded);
    return ReportMaker.make(
        about, drafts.glances(), drafts.examples().file(), drafts.refused().file());
  }

  private static About.Source source(SourceReading reading, Long lines) {
    return new About.Source(
        reading.file().filename(),
        reading.file().fileId(),
        reading.type().name(),
        reading.tally().kept(),
        reading.tally().examples(),
        reading.tally().refusals(),
        reading.tally().examples(Part.TRAIN),
        lines);
  }

  private static Report.TemplateUse template(Manifest.TemplateEntry entry) {
    return new Report.TemplateUse(
        entry.source(), entry.language(), entry.name(), entry.sha256(), entry.text());
  }
}
