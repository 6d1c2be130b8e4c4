package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.prediction.PredictionCompleted;
import io.tunemesh.contract.prediction.PredictionFailed;
import io.tunemesh.contract.prediction.PredictionProgressed;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.inference.job.InvalidInput;
import io.tunemesh.inference.job.JobConfig;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.Row;
import io.tunemesh.inference.job.RowFailed;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.job.RowResult;
import io.tunemesh.inference.job.RowTask;
import io.tunemesh.inference.job.Rows;
import io.tunemesh.inference.predict.PredictionSpec.Output;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.template.BrokenTemplate;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table job: each row of a table is asked, and the answers become a table in the order of the
 * rows. Rows in are rows out and rows named in the file of errors, always.
 */
@ApplicationScoped
class TableTask implements RowTask {

  private static final List<String> ERROR_COLUMNS = List.of("row", "sheet", "code", "reason");

  private static final int KNOWN = 64;

  private final RowQuestion asking;
  private final BlobStore blobs;
  private final JobConfig config;

  /** What the jobs of late have asked, since a template is not read anew for each row. */
  private final Map<String, Question> questions =
      Collections.synchronizedMap(
          new LinkedHashMap<>(KNOWN, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Question> eldest) {
              return size() > KNOWN;
            }
          });

  TableTask(RowQuestion asking, BlobStore blobs, JobConfig config) {
    this.asking = asking;
    this.blobs = blobs;
    this.config = config;
  }

  @Override
  public JobKind kind() {
    return JobKind.PREDICTION;
  }

  @Override
  public String noun() {
    return "prediction";
  }

  @Override
  public boolean isReady(KnownFile file) {
    return file.records() != null;
  }

  @Override
  public long check(RowJob job, KnownFile file) throws InvalidInput {
    PredictionSpec spec = spec(job);
    List<JobProblem> problems = new ArrayList<>();
    for (Map.Entry<String, String> needed : question(job).needed().entrySet()) {
      if (!has(file, needed.getValue())) {
        problems.add(
            missing(
                "The prompt shows {%s} and the table has no column '%s'; it has %s. Name the column in 'columns'."
                    .formatted(
                        needed.getKey(), needed.getValue(), String.join(", ", file.columns())),
                "columns." + needed.getKey()));
      }
    }
    if (spec.output().columns() != null) {
      for (String column : spec.output().columns()) {
        if (!has(file, column)) {
          problems.add(
              missing(
                  "The output is to have the column '%s', which the table has not."
                      .formatted(column),
                  "output.columns"));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    if (file.rowCount() == 0) {
      throw InvalidInput.of("empty_file", "The table has no rows.", "file");
    }
    if (file.rowCount() > config.maxTableRows()) {
      throw InvalidInput.of(
          "too_many_rows",
          "A table job has %d rows at most; split the table.".formatted(config.maxTableRows()),
          "file");
    }
    return file.rowCount();
  }

  @Override
  public Rows open(RowJob job, KnownFile file) throws IOException {
    return new TableRows(blobs.open(file.records()));
  }

  @Override
  public RowResult answer(RowJob job, Row row) throws RowFailed, InterruptedException {
    PredictionSpec spec = spec(job);
    Map<String, String> cells = TableRows.cells(row);
    RowQuestion.Answered answered = asking.ask(job, spec, question(job).of(cells));
    ArrayNode line = Json.MAPPER.createArrayNode();
    for (String column : kept(spec, job.columns())) {
      line.add(TableRows.cell(cells, column));
    }
    line.add(answered.text());
    if (spec.output().probability() != null) {
      line.add(answered.probability() == null ? "" : answered.probability().toString());
    }
    return new RowResult(row.index(), true, line.toString());
  }

  @Override
  public String failed(RowJob job, Row row, Problem why) {
    return Json.MAPPER
        .createArrayNode()
        .add(row.data().path("row").asText())
        .add(row.data().path("sheet").asText(""))
        .add(why.code())
        .add(why.detail())
        .toString();
  }

  @Override
  public Problem expired(RowJob job) {
    return new Problem(
        408, "expired", "The job's time ended before this row was answered; ask it again.", null);
  }

  @Override
  public String filename(RowJob job, KnownFile input, boolean output) {
    String base = input.filename().replaceFirst("\\.[^.]{1,8}$", "");
    return base + (output ? ".predicted.csv" : ".failed.csv");
  }

  @Override
  public LineWriter writer(RowJob job, boolean output, OutputStream out) throws IOException {
    Output asked = spec(job).output();
    if (!output) {
      return new TableWriter(out, ERROR_COLUMNS, asked.bom());
    }
    List<String> header = new ArrayList<>(kept(spec(job), job.columns()));
    header.add(asked.answer());
    if (asked.probability() != null) {
      header.add(asked.probability());
    }
    return new TableWriter(out, header, asked.bom());
  }

  @Override
  public Event progressed(RowJob job) {
    return new PredictionProgressed(
        job.id(), job.requestId(), job.total(), job.completed(), job.failed());
  }

  @Override
  public Event completed(RowJob job) {
    return new PredictionCompleted(
        job.id(),
        job.requestId(),
        job.outputFile(),
        job.errorFile(),
        job.total(),
        job.completed(),
        job.failed());
  }

  @Override
  public Event failed(RowJob job, JobProblem why) {
    return new PredictionFailed(
        job.id(),
        job.requestId(),
        why.code(),
        why.message(),
        new Where(job.inputFile(), null, null, null, why.param()),
        job.outputFile(),
        job.errorFile(),
        job.total(),
        job.completed(),
        job.failed());
  }

  static PredictionSpec spec(RowJob job) {
    return JsonText.read(job.spec(), PredictionSpec.class);
  }

  /** The columns that the output takes over, out of those of the table. */
  private static List<String> kept(PredictionSpec spec, List<String> columns) {
    if (spec.output().columns() != null) {
      return spec.output().columns();
    }
    KnownRecipe recipe =
        spec.recipe() == null ? null : KnownRecipe.named(spec.recipe()).orElseThrow();
    return columns.stream()
        .filter(column -> recipe == null || recipe.keeps(column))
        .filter(column -> !column.equals(spec.output().answer()))
        .toList();
  }

  private static boolean has(KnownFile file, String column) {
    return file.columns().stream().anyMatch(name -> name.strip().equalsIgnoreCase(column));
  }

  private Question question(RowJob job) {
    return questions.computeIfAbsent(job.spec(), any -> read(spec(job)));
  }

  private static Question read(PredictionSpec spec) {
    try {
      return Question.of(spec);
    } catch (BrokenTemplate e) {
      throw new IllegalStateException("a template that was sound when the job was taken", e);
    }
  }

  private static JobProblem missing(String message, String param) {
    return new JobProblem("column_missing", message, param, null);
  }
}
