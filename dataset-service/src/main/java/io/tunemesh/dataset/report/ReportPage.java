package io.tunemesh.dataset.report;

import io.tunemesh.platform.page.HtmlPage;
import io.tunemesh.platform.page.Numbers;
import io.tunemesh.platform.page.Page;
import io.tunemesh.platform.page.Page.Remark;
import io.tunemesh.platform.page.Page.Samples;
import io.tunemesh.platform.page.Page.Shown;
import io.tunemesh.platform.page.Page.Turn;
import java.util.ArrayList;
import java.util.List;

/** A report as one HTML page that needs nothing else. */
final class ReportPage {

  private static final String SAMPLES =
      "The first, the shortest, the longest, and some taken at random by the salt of the split.";

  private ReportPage() {}

  /**
   * The page.
   *
   * @param id of the dataset
   */
  static String of(Report report, String id) {
    String address = "/v1/datasets/" + id;
    List<Shown> samples = report.samples().stream().map(sample -> shown(sample, address)).toList();
    return HtmlPage.of(
        new Page(
            report.name() == null ? id : report.name(),
            about(report, id),
            report.lookAt().stream()
                .map(found -> new Remark(found.level().key(), found.message(), found.remedy()))
                .toList(),
            Sections.of(report, address),
            samples.isEmpty()
                ? List.of()
                : List.of(new Samples("samples", "Examples", SAMPLES, samples))));
  }

  private static String about(Report report, String id) {
    String state = report.rejected() == null ? "built" : "rejected";
    return report.task() == null
        ? "Dataset %s, %s".formatted(id, state)
        : "Dataset %s, %s, for %s".formatted(id, state, report.task());
  }

  private static Shown shown(Report.Sample sample, String address) {
    return new Shown(
        sample.why(),
        PlaceName.of(sample.at()),
        "%s · %s · GET %s/examples/%s"
            .formatted(sample.at().split(), sample.recipe(), address, sample.at().id()),
        sample.messages() == null ? List.of(turn(sample.text())) : turns(sample));
  }

  private static List<Turn> turns(Report.Sample sample) {
    List<Turn> turns = new ArrayList<>(sample.messages().stream().map(ReportPage::turn).toList());
    if (sample.moreMessages() != null) {
      String more =
          "%s messages more are not shown.".formatted(Numbers.count(sample.moreMessages()));
      turns.add(new Turn("asked", "…", "", more));
    }
    return turns;
  }

  private static Turn turn(Report.SampleTurn turn) {
    boolean answers = turn.role().equals("assistant");
    StringBuilder note = new StringBuilder();
    if (answers && turn.weight() != null && turn.weight() == 0) {
      note.append("not trained on. ");
    }
    if (turn.cut() != null) {
      note.append(Numbers.count(turn.cut())).append(" characters more are not shown.");
    }
    return new Turn(
        answers ? "answered" : "asked",
        turn.role(),
        turn.content(),
        note.isEmpty() ? null : note.toString().strip());
  }
}
