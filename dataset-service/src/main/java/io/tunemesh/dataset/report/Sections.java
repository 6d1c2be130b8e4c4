package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Lengths.Length;
import io.tunemesh.dataset.report.Report.SourceRows;
import io.tunemesh.platform.page.Charts;
import io.tunemesh.platform.page.Charts.Row;
import io.tunemesh.platform.page.Charts.Series;
import io.tunemesh.platform.page.Numbers;
import io.tunemesh.platform.page.Page.Block;
import io.tunemesh.platform.page.Page.Chart;
import io.tunemesh.platform.page.Page.Section;
import io.tunemesh.platform.page.TableRows;
import java.util.ArrayList;
import java.util.List;

/**
 * The chapters of a report's page, in their order: rows, splits and lengths, and those of others.
 */
final class Sections {

  private static final List<Series> FATE =
      List.of(
          new Series("kept", "kept"),
          new Series("refused", "refused"),
          new Series("removed", "removed"));
  private static final List<Series> ONE = List.of(new Series("train", "examples"));

  private Sections() {}

  static List<Section> of(Report report, String address) {
    List<Section> sections = new ArrayList<>();
    sections.add(rows(report));
    if (!report.refusals().isEmpty()) {
      sections.add(Lists.refusals(report, address));
    }
    if (report.splits().stream().anyMatch(part -> part.examples() > 0)) {
      sections.add(splits(report));
    }
    if (report.leaks() != null && report.leaks().examples() > 0) {
      sections.add(Lists.leaks(report.leaks()));
    }
    if (report.duplicates() != null) {
      sections.add(Lists.duplicates(report.duplicates()));
    }
    sections.addAll(lengths(report.lengths()));
    if (report.labels() != null) {
      sections.add(Balances.labels(report.labels()));
    }
    if (report.letters() != null) {
      sections.add(Balances.letters(report.letters()));
    }
    if (!report.languages().isEmpty()) {
      sections.add(Balances.languages(report.languages()));
    }
    if (!report.templates().isEmpty()) {
      sections.add(Lists.templates(report));
    }
    return sections;
  }

  private static Section rows(Report report) {
    List<Row> bars = new ArrayList<>();
    TableRows table =
        TableRows.of(
            "Rows by source",
            "source",
            "recipe",
            "#rows in",
            "#kept",
            "#refused",
            "#removed",
            "#examples",
            "#training lines");
    if (report.rows() != null && report.sources().size() > 1) {
      bars.add(fate("all sources", report.rows()));
    }
    for (SourceRows source : report.sources()) {
      Report.Rows rows = source.rows();
      if (rows != null) {
        bars.add(fate(source.file(), rows));
      }
      table.add(
          source.file(),
          source.recipe() == null ? "" : source.recipe(),
          rows == null ? count(source.rowsIn()) : rows.in(),
          rows == null ? "" : rows.kept(),
          rows == null ? "" : rows.refused(),
          rows == null ? "" : rows.removed(),
          rows == null ? "" : rows.examples(),
          count(source.trainLines()));
    }
    List<String> notes =
        report.rows() == null
            ? List.of("The dataset was rejected before a row was read.")
            : List.of(
                "Rows in: %s = %s kept + %s refused + %s removed. Examples made of them: %s."
                    .formatted(
                        Numbers.count(report.rows().in()),
                        Numbers.count(report.rows().kept()),
                        Numbers.count(report.rows().refused()),
                        Numbers.count(report.rows().removed()),
                        Numbers.count(report.rows().examples())),
                "Refused: not usable as it is, or left out by a filter or a limit. Removed: usable,"
                    + " and taken out by the cleaning that was asked for.");
    Chart chart =
        bars.isEmpty() ? null : Charts.bars("rows", "What became of the rows", FATE, bars);
    return new Section("rows", "Rows", notes, List.of(new Block(chart, table.done())));
  }

  private static Row fate(String label, Report.Rows rows) {
    return new Row(label, List.of(rows.kept(), rows.refused(), rows.removed()));
  }

  private static Object count(Long count) {
    return count == null ? "" : count;
  }

  private static Section splits(Report report) {
    TableRows table =
        TableRows.of("Parts of the split", "part", "#examples", "#share", "#asked for", "#lines");
    report
        .splits()
        .forEach(
            p ->
                table.add(
                    p.part(),
                    p.examples(),
                    Numbers.percent(p.share()),
                    Numbers.percent(p.asked()),
                    p.lines()));
    List<Row> bars =
        report.splits().stream().map(p -> new Row(p.part(), List.of(p.examples()))).toList();
    return new Section(
        "splits",
        "Split",
        List.of("Lines differ from examples where a mix repeats sources or takes a part of them."),
        List.of(new Block(Charts.bars("splits", "Examples by part", ONE, bars), table.done())));
  }

  private static List<Section> lengths(Lengths lengths) {
    List<Block> blocks = new ArrayList<>();
    add(blocks, "prompt", "Characters of the prompt", lengths.prompt());
    add(blocks, "answer", "Characters of the answer", lengths.answer());
    add(blocks, "text", "Characters of the text", lengths.text());
    if (lengths.tokens() != null) {
      add(blocks, "tokens", "Tokens of the example", lengths.tokens().all());
      add(blocks, "prompt-tokens", "Tokens of the prompt", lengths.tokens().prompt());
      add(blocks, "answer-tokens", "Tokens of the answer", lengths.tokens().answer());
    }
    return blocks.isEmpty()
        ? List.of()
        : List.of(
            new Section(
                "lengths",
                "Lengths",
                List.of("The bars' ranges grow: a range is two to two and a half times as long."),
                blocks));
  }

  private static void add(List<Block> blocks, String id, String title, Length length) {
    if (length == null) {
      return;
    }
    String summary =
        "%s: shortest %s, half up to %s, 95 %% up to %s, longest %s, mean %s"
            .formatted(
                title,
                Numbers.count(length.min()),
                Numbers.count(length.p50()),
                Numbers.count(length.p95()),
                Numbers.count(length.max()),
                Numbers.decimal(length.mean()));
    TableRows table = TableRows.of(summary, "from", "#below", "#examples", "#share");
    List<Row> bars = new ArrayList<>();
    for (Lengths.Bar bar : length.bars()) {
      String range =
          bar.to() - bar.from() == 1
              ? Numbers.count(bar.from())
              : Numbers.count(bar.from()) + " to " + Numbers.count(bar.to() - 1);
      bars.add(new Row(range, List.of(bar.examples())));
      table.add(
          Numbers.count(bar.from()),
          bar.to(),
          bar.examples(),
          Numbers.percent(Shares.of(bar.examples(), length.examples())));
    }
    blocks.add(new Block(Charts.bars("length-" + id, title, ONE, bars), table.done()));
  }
}
