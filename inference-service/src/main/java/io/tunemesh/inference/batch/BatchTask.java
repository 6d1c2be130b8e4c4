package io.tunemesh.inference.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.job.InvalidInput;
import io.tunemesh.inference.job.JobConfig;
import io.tunemesh.inference.job.Lines;
import io.tunemesh.inference.job.Row;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.inference.job.RowResult;
import io.tunemesh.inference.job.RowTask;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** A batch: each line of a JSONL file is a request, each line of the output its answer. */
final class BatchTask implements RowTask {

  private static final Set<String> ENDED_EARLY = Set.of("batch_expired", "batch_cancelled");

  private final String id;
  private final Asker asker;
  private final Api api;
  private final BlobRef input;
  private final Turns turns;
  private final BlobStore blobs;
  private final JobConfig config;

  BatchTask(RowJob job, Api api, BlobRef input, Turns turns, BlobStore blobs, JobConfig config) {
    this.id = job.id();
    this.asker = new Asker(job.tenant(), job.caller(), job.scope().traceparent());
    this.api = api;
    this.input = input;
    this.turns = turns;
    this.blobs = blobs;
    this.config = config;
  }

  @Override
  public long check() throws IOException, InvalidInput {
    try (Lines lines = new Lines(blobs.open(input), BatchCheck.LONGEST_LINE)) {
      return new BatchCheck(api, config.maxRows(), config.maxProblems()).rows(lines);
    }
  }

  @Override
  public BlobRef rows() {
    return input;
  }

  @Override
  public String onlyModel() {
    return null;
  }

  @Override
  public String model(Row row) {
    return row.data().path("body").path("model").asText();
  }

  @Override
  public RowResult answer(Row row) throws InterruptedException {
    ObjectNode body = row.data().get("body").deepCopy();
    body.put("stream", false).remove("stream_options");
    Turn turn = Turn.of(asker, api, Source.BATCH, body);
    ObjectNode answer = turns.ask(turn);
    ObjectNode line = line(row);
    ObjectNode response = line.putObject("response");
    response.put("status_code", 200).put("request_id", turn.id()).set("body", answer);
    line.putNull("error");
    return new RowResult(row.index(), true, line.toString());
  }

  @Override
  public String failed(Row row, Problem why) {
    ObjectNode line = line(row);
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
  public String filename(boolean output) {
    return id + (output ? "_output.jsonl" : "_errors.jsonl");
  }

  @Override
  public LineWriter writer(boolean output, OutputStream out) {
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

  private ObjectNode line(Row row) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("id", "batch_req_" + id.substring("batch_".length()) + "_" + row.index());
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
