package io.tunemesh.trainer.report;

import io.tunemesh.contract.training.BestMetric;
import io.tunemesh.platform.page.HtmlPage;
import io.tunemesh.platform.page.Numbers;
import io.tunemesh.platform.page.Page;
import io.tunemesh.platform.page.Page.Block;
import io.tunemesh.platform.page.Page.Remark;
import io.tunemesh.platform.page.Page.Section;
import io.tunemesh.platform.page.TableRows;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** A job's report as one HTML page that needs nothing else. */
final class JobReportPage {

  private JobReportPage() {}

  static String of(JobReport report, Curve curve) {
    String title = report.fineTunedModel() == null ? report.job() : report.fineTunedModel();
    String about =
        "Job %s, %s, on %s with the dataset %s"
            .formatted(
                report.job(),
                report.status().replace('_', ' '),
                report.model(),
                report.datasetId());
    return HtmlPage.of(
        new Page(
            title,
            about
                + (report.rerunOf() == null ? "" : ", a rerun of " + report.rerunOf())
                + best(report),
            report.lookAt().stream()
                .map(one -> new Remark(one.level(), one.message(), one.remedy()))
                .toList(),
            sections(report, curve),
            JobSamples.of(report)));
  }

  /** Which step was published, by what it was chosen. */
  private static String best(JobReport report) {
    if (report.bestMetric() == null || report.bestStep() == null) {
      return "";
    }
    BestMetric by = report.bestMetric();
    String value = by.value() == null ? "" : ", %s %s".formatted(by.name(), number(by.value()));
    return ". Best: step %s%s".formatted(Numbers.count(report.bestStep()), value);
  }

  private static List<Section> sections(JobReport report, Curve curve) {
    List<Section> sections = new ArrayList<>();
    if (!curve.points().isEmpty()) {
      sections.add(curves(report, curve));
    }
    add(sections, "metrics", "Base and tuned", metrics(report));
    add(sections, "checkpoints", "Checkpoints", checkpoints(report));
    add(sections, "settings", "Settings", fields("As given", report.settings()));
    add(sections, "began", "What the trainer made of them", fields("Started", report.began()));
    add(sections, "data", "Data", data(report));
    add(sections, "worker", "Machine and versions", fields("Worker", report.worker()));
    add(sections, "attempts", "Attempts", attempts(report));
    add(sections, "events", "Events", events(report));
    return sections;
  }

  private static void add(List<Section> sections, String id, String title, TableRows rows) {
    Page.Table table = rows.done();
    if (table != null) {
      sections.add(new Section(id, title, List.of(), List.of(new Block(table))));
    }
  }

  private static Section curves(JobReport report, Curve curve) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block(CurvePlot.of(curve), validations(report).done()));
    if (curve.points().stream().anyMatch(point -> point.learningRate != null)) {
      blocks.add(new Block(CurvePlot.rates(curve), null));
    }
    return new Section("curves", "Curves", List.of(), blocks);
  }

  /** The losses of validation and, where another metric chose the best step, that metric. */
  private static TableRows validations(JobReport report) {
    String metric = report.bestMetric() == null ? "loss" : report.bestMetric().name();
    int columns = metric.equals("loss") ? 3 : 4;
    String[] head = {"#step", "#validation loss", "#training loss", "#" + metric};
    TableRows rows = TableRows.of("Validation", Arrays.copyOf(head, columns));
    for (JobReport.Point at : report.curve()) {
      if (at.validationLoss() != null) {
        Map<String, Double> by = Objects.requireNonNullElse(at.validationMetrics(), Map.of());
        Object[] row = {
          at.step(), number(at.validationLoss()), number(at.loss()), number(by.get(metric))
        };
        rows.add(Arrays.copyOf(row, columns));
      }
    }
    return rows;
  }

  private static TableRows metrics(JobReport report) {
    Map<String, Double> base = report.metrics().getOrDefault("base", Map.of());
    Map<String, Double> tuned = report.metrics().getOrDefault("tuned", Map.of());
    TableRows rows = TableRows.of("On the test split", "metric", "#base", "#tuned", "#difference");
    TreeSet<String> names = new TreeSet<>(base.keySet());
    names.addAll(tuned.keySet());
    for (String name : names) {
      Double one = base.get(name);
      Double two = tuned.get(name);
      rows.add(
          name,
          number(one),
          number(two),
          one == null || two == null ? "" : (two >= one ? "+" : "") + number(two - one));
    }
    return rows;
  }

  private static TableRows checkpoints(JobReport report) {
    TableRows rows =
        TableRows.of("By step", "#step", "#training loss", "#validation loss", "best", "id");
    for (JobReport.Checkpoint one : report.checkpoints()) {
      rows.add(
          one.step(),
          number(one.loss()),
          number(one.validationLoss()),
          one.best() ? "best so far" : "",
          one.id());
    }
    return rows;
  }

  /** Fields by name; those of objects in them by both names. */
  private static TableRows fields(String caption, Map<String, Object> fields) {
    TableRows rows = TableRows.of(caption, "name", "value");
    if (fields != null) {
      fields.forEach((name, value) -> field(rows, name, value));
    }
    return rows;
  }

  private static void field(TableRows rows, String name, Object value) {
    if (value instanceof Map<?, ?> inner) {
      inner.forEach((key, one) -> field(rows, name + "." + key, one));
    } else {
      rows.add(name, Objects.toString(value, ""));
    }
  }

  private static TableRows data(JobReport report) {
    TableRows rows = TableRows.of("Files of the dataset", "part", "#lines", "#bytes", "SHA-256");
    for (JobReport.Part part : report.data()) {
      rows.add(
          part.part(),
          part.examples() == null ? "" : part.examples(),
          part.bytes() == null ? "" : part.bytes(),
          Objects.toString(part.sha256(), ""));
    }
    return rows;
  }

  private static TableRows attempts(JobReport report) {
    TableRows rows = TableRows.of("By number", "#attempt", "started", "ended", "outcome", "worker");
    for (JobReport.Attempt one : report.attempts()) {
      rows.add(
          one.attempt(),
          time(one.startedAt()),
          one.endedAt() == null ? "" : time(one.endedAt()),
          Objects.toString(one.outcome(), "goes on"),
          one.worker());
    }
    return rows;
  }

  private static TableRows events(JobReport report) {
    TableRows rows = TableRows.of("The steps' own lines are left out", "time", "level", "what");
    report.events().forEach(line -> rows.add(time(line.createdAt()), line.level(), line.message()));
    return rows;
  }

  static String number(Double value) {
    return value == null ? "" : Numbers.digits(value);
  }

  private static String time(long seconds) {
    return Instant.ofEpochSecond(seconds).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
