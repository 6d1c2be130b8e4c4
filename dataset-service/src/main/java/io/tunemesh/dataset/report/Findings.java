package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Finding.Level;
import io.tunemesh.dataset.report.Report.RefusalGroup;
import io.tunemesh.dataset.report.Report.Rows;
import io.tunemesh.dataset.report.Report.SourceRows;
import io.tunemesh.dataset.report.Report.SplitPart;
import io.tunemesh.platform.page.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Says in plain words what of a report matters, the worst first. */
final class Findings {

  private static final double MANY_REFUSED = 0.2;
  private static final double SOME_REFUSED = 0.05;
  private static final long FEW = 50;

  private final Report report;
  private final List<Finding> found = new ArrayList<>();

  private Findings(Report report) {
    this.report = report;
  }

  static List<Finding> of(Report report) {
    Findings findings = new Findings(report);
    findings.look();
    if (findings.found.isEmpty()) {
      findings.add(Level.NOTE, "nothing", "Nothing stands out.", null);
    }
    findings.found.sort(Comparator.comparing(Finding::level));
    return List.copyOf(findings.found);
  }

  private void look() {
    if (report.rejected() != null) {
      add(
          Level.PROBLEM,
          report.rejected().code(),
          "There is no dataset: " + report.rejected().message() + ".",
          null);
    }
    found.addAll(ContentFindings.of(report));
    if (report.rows() != null && report.rows().in() > 0) {
      rows(report.rows());
    }
    if (report.rejected() == null) {
      report.splits().forEach(this::split);
      report.sources().stream().filter(source -> source.leftOut() > 0).forEach(this::mixed);
    }
  }

  private void rows(Rows rows) {
    List<RefusalGroup> unusable =
        report.refusals().stream()
            .filter(g -> g.kind().equals("refused") && !Removals.asked(g.code()))
            .toList();
    long unused = unusable.stream().mapToLong(RefusalGroup::rows).sum();
    double share = Shares.of(unused, rows.in());
    if (unused > 0) {
      RefusalGroup most = unusable.getFirst();
      add(
          share > MANY_REFUSED ? Level.PROBLEM : share > SOME_REFUSED ? Level.WARNING : Level.NOTE,
          "rows_refused",
          "%s of %s rows (%s) cannot be used. The commonest reason is %s, %s times, first in %s."
              .formatted(
                  Numbers.count(unused),
                  Numbers.count(rows.in()),
                  Numbers.percent(share),
                  most.code(),
                  Numbers.count(most.rows()),
                  PlaceName.of(most.first().getFirst())),
          "mend the cells that are listed under the refusals, and upload the file again");
    }
    if (report.piecesLeftOut() != null) {
      add(
          Level.NOTE,
          "pieces_left_out",
          "Of long rows that are kept, some pieces are left out: %s."
              .formatted(
                  report.piecesLeftOut().entrySet().stream()
                      .map(e -> Numbers.count(e.getValue()) + " " + e.getKey())
                      .collect(Collectors.joining(", "))),
          null);
    }
    note("cleaning_removed", "Cleaning removed %s of %s rows (%s).", rows.removed());
    note(
        "rows_left_out",
        "A filter or a limit of the specification leaves out %s of %s rows (%s).",
        rows.refused() - unused);
    for (SourceRows source : report.sources()) {
      if (report.rejected() == null && source.rows() != null && source.rows().examples() == 0) {
        add(
            Level.WARNING,
            "source_without_examples",
            "No row of '%s' became an example.".formatted(source.file()),
            "look at its refusals, and whether its recipe is the right one");
      }
    }
  }

  private void mixed(SourceRows source) {
    add(
        Level.WARNING,
        "mix_leaves_out",
        "The mix leaves %s of the %s training examples of '%s' out."
            .formatted(
                Numbers.count(source.leftOut()),
                Numbers.count(source.trainExamples()),
                source.file()),
        "give the sources with more weight a 'repeat' until there are lines enough, or use 'repeat'"
            + " and 'extra' without weights");
  }

  private void note(String code, String message, long rows) {
    if (rows > 0) {
      long in = report.rows().in();
      add(
          Level.NOTE,
          code,
          message.formatted(
              Numbers.count(rows), Numbers.count(in), Numbers.percent(Shares.of(rows, in))),
          null);
    }
  }

  private void split(SplitPart part) {
    if (part.part().equals("train")) {
      if (part.examples() < FEW) {
        add(
            Level.WARNING,
            "few_examples",
            "The training part has few examples: %d.".formatted(part.examples()),
            "add rows; some hundreds are a beginning for most tasks");
      }
    } else if (part.examples() == 0) {
      boolean wanted = part.asked() > 0;
      add(
          wanted ? Level.WARNING : Level.NOTE,
          part.part() + "_empty",
          wanted
              ? "The split asks for a %s part, and no example fell into it.".formatted(part.part())
              : "There is no %s part, as the split asks.".formatted(part.part()),
          wanted ? "add rows, or choose a larger share or another salt in 'split'" : null);
    }
  }

  private void add(Level level, String code, String message, String remedy) {
    found.add(new Finding(level, code, message, remedy));
  }
}
