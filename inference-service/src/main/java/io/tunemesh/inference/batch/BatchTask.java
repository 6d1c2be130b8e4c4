package io.tunemesh.inference.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.contract.batch.BatchProgressed;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.inference.job.InvalidInput;
import io.tunemesh.inference.job.JobConfig;
import io.tunemesh.inference.job.JobKind;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.Row;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.job.RowResult;
import io.tunemesh.inference.job.RowTask;
import io.tunemesh.inference.job.Rows;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** OpenAI's batch: each line of a JSONL file is a request, each line of the output its answer. */
@ApplicationScoped
class BatchTask implements RowTask {

  private static final Set<String> ENDED_EARLY = Set.of("batch_expired", "batch_cancelled");

  private final Turns turns;
  private final BlobStore blobs;
  private final JobConfig config;

  BatchTask(Turns turns, BlobStore blobs, JobConfig config) {
    this.turns = turns;
    this.blobs = blobs;
    this.config = config;
  }

  @Override
  public JobKind kind() {
    return JobKind.BATCH;
  }

  @Override
  public String noun() {
    return "batch";
  }

  @Override
  public boolean isReady(KnownFile file) {
    return file.content() != null;
  }

  @Override
  public long check(RowJob job, KnownFile file) throws IOException, InvalidInput {
    try (BatchLines lines = new BatchLines(blobs.open(file.content()))) {
      return new BatchCheck(spec(job).api(), config.maxRows(), config.maxProblems()).rows(lines);
    }
  }

  @Override
  public Rows open(RowJob job, KnownFile file) throws IOException {
    BatchLines lines = new BatchLines(blobs.open(file.content()));
    return new Rows() {
      private long index;

      @Override
      public Row next() throws IOException {
        BatchLines.Line line = lines.next();
        return line == null ? null : new Row(index++, Json.MAPPER.readTree(line.text()));
      }

      @Override
      public void close() throws IOException {
        lines.close();
      }
    };
  }

  @Override
  public RowResult answer(RowJob job, Row row) throws InterruptedException {
    ObjectNode body = row.data().get("body").deepCopy();
    body.put("stream", false).remove("stream_options");
    Turn turn = Turn.of(new Asker(job.tenant(), job.caller()), spec(job).api(), Source.BATCH, body);
    ObjectNode answer = turns.ask(turn);
    ObjectNode line = line(job, row);
    ObjectNode response = line.putObject("response");
    response.put("status_code", 200).put("request_id", turn.id()).set("body", answer);
    line.putNull("error");
    return new RowResult(row.index(), true, line.toString());
  }

  @Override
  public String failed(RowJob job, Row row, Problem why) {
    ObjectNode line = line(job, row);
    String code = why.code().equals("cancelled") ? "batch_cancelled" : why.code();
    if (ENDED_EARLY.contains(code)) {
      line.putNull("response");
      line.putObject("error").put("code", code).put("message", why.detail());
      return line.toString();
    }
    ObjectNode response = line.putObject("response");
    response.put("status_code", why.status()).putNull("request_id").set("body", error(why));
    line.putNull("error");
    return line.toString();
  }

  @Override
  public Problem expired(RowJob job) {
    return new Problem(
        408,
        "batch_expired",
        "The completion window of %s ended before this request was answered; send it again."
            .formatted(spec(job).completionWindow()),
        null);
  }

  @Override
  public String filename(RowJob job, KnownFile input, boolean output) {
    return job.id() + (output ? "_output.jsonl" : "_errors.jsonl");
  }

  @Override
  public LineWriter writer(RowJob job, boolean output, OutputStream out) {
    return new LineWriter() {
      @Override
      public void line(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
      }

      @Override
      public void end() throws IOException {
        out.flush();
      }
    };
  }

  @Override
  public Event progressed(RowJob job) {
    return new BatchProgressed(
        job.id(), job.requestId(), job.total(), job.completed(), job.failed());
  }

  @Override
  public Event completed(RowJob job) {
    return new BatchCompleted(
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
    Integer line = why.line() == null ? null : why.line().intValue();
    return new BatchFailed(
        job.id(),
        job.requestId(),
        why.code(),
        why.message(),
        new Where(job.inputFile(), null, line, null, why.param()),
        job.outputFile(),
        job.errorFile(),
        job.total(),
        job.completed(),
        job.failed());
  }

  private static BatchRequest.Spec spec(RowJob job) {
    return JsonText.read(job.spec(), BatchRequest.Spec.class);
  }

  private static ObjectNode line(RowJob job, Row row) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("id", "batch_req_" + job.id().substring("batch_".length()) + "_" + row.index());
    line.put("custom_id", row.data().path("custom_id").asText());
    return line;
  }

  private static JsonNode error(Problem why) {
    try {
      return Json.MAPPER.readTree(why.json(null));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
