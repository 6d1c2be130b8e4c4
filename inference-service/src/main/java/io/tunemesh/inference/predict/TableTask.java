package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.inference.job.InvalidInput;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.Row;
import io.tunemesh.inference.job.RowFailed;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.job.RowResult;
import io.tunemesh.inference.job.RowTask;
import io.tunemesh.inference.predict.PredictionSpec.Output;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.template.BrokenTemplate;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The table job: each row of a table is asked, and the answers become a table in the order of the
 * rows. Rows in are rows out and rows named in the file of errors, always.
 */
final class TableTask implements RowTask {

  private static final List<String> ERROR_COLUMNS = List.of("row", "sheet", "code", "reason");

  private final Asker asker;
  private final PredictionSpec spec;
  private final Question question;
  private final String filename;
  private final BlobRef records;
  private final long rowCount;
  private final List<String> columns;

  /** The columns that the output takes over. */
  private final List<String> kept;

  private final RowQuestion asking;
  private final int maxRows;

  TableTask(RowJob job, PredictionSpec spec, KnownFile table, RowQuestion asking, int maxRows) {
    this.asker = new Asker(job.tenant(), job.caller(), job.scope().traceparent());
    this.spec = spec;
    this.question = question(spec);
    this.filename = table.filename();
    this.records = table.records();
    this.rowCount = table.rowCount();
    this.columns = table.columns();
    this.kept = kept(spec, columns);
    this.asking = asking;
    this.maxRows = maxRows;
  }

  private static Question question(PredictionSpec spec) {
    try {
      return Question.of(spec);
    } catch (BrokenTemplate e) {
      throw new IllegalStateException("a template that was sound when the job was taken", e);
    }
  }

  static List<String> kept(PredictionSpec spec, List<String> columns) {
    if (spec.output().columns() != null) {
      return spec.output().columns();
    }
    KnownRecipe recipe =
        spec.recipe() == null ? null : KnownRecipe.named(spec.recipe()).orElseThrow();
    return columns.stream()
        .filter(column -> recipe == null || recipe.keeps(column))
        .filter(column -> !column.equals(spec.output().answer()))
        .filter(column -> !column.equals(spec.output().probability()))
        .toList();
  }

  @Override
  public long check() throws InvalidInput {
    List<JobProblem> problems = new ArrayList<>();
    for (Map.Entry<String, String> needed : question.needed().entrySet()) {
      if (!has(needed.getValue())) {
        problems.add(
            missing(
                "The prompt shows {%s} and the table has no column '%s'; it has %s. Name the column in 'columns'."
                    .formatted(needed.getKey(), needed.getValue(), String.join(", ", columns)),
                "columns." + needed.getKey()));
      }
    }
    List<String> asked = spec.output().columns();
    for (String column : asked == null ? List.<String>of() : asked) {
      if (!has(column)) {
        problems.add(
            missing(
                "The output is to have the column '%s', which the table has not.".formatted(column),
                "output.columns"));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    if (rowCount == 0) {
      throw InvalidInput.of("empty_file", "The table has no rows.", "file");
    }
    if (rowCount > maxRows) {
      throw InvalidInput.of(
          "too_many_rows",
          "A table job has %d rows at most; split the table.".formatted(maxRows),
          "file");
    }
    return rowCount;
  }

  private boolean has(String column) {
    return columns.stream().anyMatch(name -> name.strip().equalsIgnoreCase(column));
  }

  private static JobProblem missing(String message, String param) {
    return new JobProblem("column_missing", message, param, null);
  }

  @Override
  public BlobRef rows() {
    return records;
  }

  @Override
  public String onlyModel() {
    return spec.model();
  }

  @Override
  public String model(Row row) {
    return spec.model();
  }

  @Override
  public RowResult answer(Row row) throws RowFailed, InterruptedException {
    Map<String, String> cells = Cells.of(row);
    RowQuestion.Answered answered =
        asking.ask(asker, spec, question.of(cells), question.tagged(cells));
    ArrayNode line = Json.MAPPER.createArrayNode();
    for (String column : kept) {
      line.add(Cells.cell(cells, column));
    }
    line.add(answered.text());
    if (spec.output().probability() != null) {
      line.add(answered.probability() == null ? "" : answered.probability().toString());
    }
    return new RowResult(row.index(), true, line.toString());
  }

  @Override
  public String failed(Row row, Problem why) {
    return Json.MAPPER
        .createArrayNode()
        .add(row.data().path("row").asText())
        .add(row.data().path("sheet").asText(""))
        .add(why.code())
        .add(why.detail())
        .toString();
  }

  @Override
  public String filename(boolean output) {
    String base = filename.replaceFirst("\\.[^.]{1,8}$", "");
    return base + (output ? ".predicted.csv" : ".failed.csv");
  }

  @Override
  public LineWriter writer(boolean output, OutputStream out) throws IOException {
    Output asked = spec.output();
    if (!output) {
      return new TableWriter(out, ERROR_COLUMNS, asked.bom());
    }
    List<String> header = new ArrayList<>(kept);
    header.add(asked.answer());
    if (asked.probability() != null) {
      header.add(asked.probability());
    }
    return new TableWriter(out, header, asked.bom());
  }
}
