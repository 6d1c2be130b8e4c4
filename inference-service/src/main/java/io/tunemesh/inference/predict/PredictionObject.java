package io.tunemesh.inference.predict;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.RowJob;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A table job. The files are named once they can be downloaded. Times are seconds since 1970.
 *
 * @param errors what is wrong with the request or the table; empty if nothing
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PredictionObject(
    String id,
    String object,
    String model,
    String recipe,
    String file,
    String status,
    Counts rows,
    List<JobProblem> errors,
    String outputFileId,
    String errorFileId,
    Long createdAt,
    Long startedAt,
    Long endedAt,
    Long expiresAt,
    Map<String, String> metadata) {

  /** How many rows there are, and what became of them. */
  public record Counts(long total, long completed, long failed) {}

  static PredictionObject of(RowJob job) {
    PredictionSpec spec = TableTask.spec(job);
    boolean ended = job.endedAt() != null;
    return new PredictionObject(
        job.id(),
        "prediction",
        spec.model(),
        spec.recipe(),
        job.inputFile(),
        job.status().wire(),
        new Counts(job.total(), job.completed(), job.failed()),
        job.problems(),
        ended ? job.outputFile() : null,
        ended ? job.errorFile() : null,
        seconds(job.createdAt()),
        seconds(job.begunAt()),
        seconds(job.endedAt()),
        seconds(job.expiresAt()),
        job.metadata());
  }

  private static Long seconds(Instant time) {
    return time == null ? null : time.getEpochSecond();
  }
}
