package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Duplicates.Group;
import io.tunemesh.dataset.report.Duplicates.RemovedGroup;
import io.tunemesh.dataset.report.Report.RefusalGroup;
import io.tunemesh.dataset.report.Report.RefusedCell;
import io.tunemesh.dataset.report.Report.TemplateUse;
import io.tunemesh.platform.page.Charts;
import io.tunemesh.platform.page.Charts.Row;
import io.tunemesh.platform.page.Charts.Series;
import io.tunemesh.platform.page.Numbers;
import io.tunemesh.platform.page.Page.Block;
import io.tunemesh.platform.page.Page.Section;
import io.tunemesh.platform.page.TableRows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The chapters of a report's page that list cells and examples. */
final class Lists {

  private Lists() {}

  static Section refusals(Report report, String address) {
    TableRows codes = TableRows.of("Reasons", "code", "kind", "#rows", "#share", "all of them");
    List<Row> bars = new ArrayList<>();
    List<Block> cells = new ArrayList<>();
    for (RefusalGroup group : report.refusals()) {
      boolean removed = group.kind().equals("removed");
      bars.add(
          new Row(group.code(), removed ? List.of(0L, group.rows()) : List.of(group.rows(), 0L)));
      codes.add(
          group.code(),
          group.kind(),
          group.rows(),
          Numbers.percent(group.share()),
          "GET " + address + "/" + group.list());
      TableRows table =
          TableRows.of(
              group.rows() > group.first().size()
                  ? "%s: the first %d of %s"
                      .formatted(group.code(), group.first().size(), Numbers.count(group.rows()))
                  : group.code(),
              "where",
              "column",
              "what to mend");
      group.first().forEach(cell -> table.add(PlaceName.of(cell), header(cell), cell.reason()));
      cells.add(new Block(table.done()));
    }
    List<Series> series =
        List.of(new Series("refused", "refused"), new Series("removed", "removed"));
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Block(Charts.bars("refusals", "Rows that are not used", series, bars), codes.done()));
    blocks.addAll(cells);
    return new Section("refusals", "Refused and removed rows", List.of(), blocks);
  }

  private static String header(RefusedCell cell) {
    return cell.header() == null ? "" : cell.header();
  }

  static Section leaks(Leaks leaks) {
    TableRows parts =
        TableRows.of(
            "Examples of validation and test that are in training too",
            "part",
            "#examples",
            "#compared",
            "#compared for being alike",
            "#leaked",
            "#rate",
            "kinds");
    for (Leaks.LeakPart part : leaks.parts()) {
      if (part.compared().examples() == 0) {
        continue;
      }
      parts.add(
          part.part(),
          part.compared().examples(),
          part.compared().exact(),
          part.compared().near(),
          part.leaked(),
          Numbers.percent(part.rate()),
          part.kinds().entrySet().stream()
              .map(e -> e.getKey() + " " + Numbers.count(e.getValue()))
              .collect(Collectors.joining(", ")));
    }
    TableRows pairs =
        TableRows.of("The first pairs", "kind", "example", "its place", "the place in training");
    for (Leaks.LeakPair pair : leaks.pairs()) {
      pairs.add(
          pair.kind(),
          pair.example().split() + ": " + pair.example().text(),
          PlaceName.of(pair.example()),
          PlaceName.of(pair.train()));
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "An example leaks when its question, or all of it, is that of a training example (same), or"
            + " is at least %s %% alike (near). Template words do not count."
                .formatted(Numbers.decimal(100 * leaks.similarity())));
    if (leaks.sampled()) {
      notes.add(
          "This was taken from a sample: of %s training examples %s were compared for being the same"
                  .formatted(
                      Numbers.count(leaks.train().examples()), Numbers.count(leaks.train().exact()))
              + " and %s for being alike. The rate is the highest that may be by what was found."
                  .formatted(Numbers.count(leaks.train().near())));
    }
    return new Section(
        "leaks",
        "Leaks between the parts",
        notes,
        List.of(new Block(parts.done()), new Block(pairs.done())));
  }

  static Section duplicates(Duplicates duplicates) {
    TableRows kept =
        TableRows.of("The largest groups in the dataset", "kind", "#examples", "text", "$places");
    for (Group group : duplicates.groups()) {
      kept.add(
          group.kind(),
          group.size(),
          group.places().getFirst().text(),
          group.places().stream().map(PlaceName::of).collect(Collectors.joining("\n")));
    }
    TableRows removed =
        TableRows.of("The largest groups that were removed", "code", "#rows", "reason", "$places");
    for (RemovedGroup group : duplicates.removed()) {
      removed.add(
          group.code(),
          group.rows(),
          group.reason(),
          group.first().stream().map(PlaceName::of).collect(Collectors.joining("\n")));
    }
    return new Section(
        "duplicates",
        "Duplicates",
        List.of(
            "%s, %s examples are exactly as an earlier one, and %s almost."
                .formatted(
                    duplicates.compared().sampled() ? "Of those compared" : "In the dataset",
                    Numbers.count(duplicates.exact()),
                    Numbers.count(duplicates.near()))),
        List.of(new Block(kept.done()), new Block(removed.done())));
  }

  static Section templates(Report report) {
    TableRows table = TableRows.of("Templates", "name", "source", "language", "$text");
    for (TemplateUse template : report.templates()) {
      table.add(
          template.name(),
          report.sources().get(template.source()).file(),
          template.language() == null ? "any" : template.language(),
          template.text());
    }
    return new Section("templates", "Templates", List.of(), List.of(new Block(table.done())));
  }
}
