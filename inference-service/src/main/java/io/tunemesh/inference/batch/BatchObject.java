package io.tunemesh.inference.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.JobStatus;
import io.tunemesh.inference.job.RowJob;
import io.tunemesh.platform.db.JsonText;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's batch object. The files are named once they can be downloaded. Times are seconds since
 * 1970.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record BatchObject(
    String id,
    String object,
    String endpoint,
    Errors errors,
    String inputFileId,
    String completionWindow,
    String status,
    String outputFileId,
    String errorFileId,
    Long createdAt,
    Long inProgressAt,
    Long expiresAt,
    Long finalizingAt,
    Long completedAt,
    Long failedAt,
    Long expiredAt,
    Long cancellingAt,
    Long cancelledAt,
    Counts requestCounts,
    Map<String, String> metadata) {

  /** What is wrong with the input. */
  public record Errors(String object, List<JobProblem> data) {}

  /** How many rows there are, and what became of them. */
  public record Counts(long total, long completed, long failed) {}

  static BatchObject of(RowJob job) {
    BatchRequest.Spec spec = JsonText.read(job.spec(), BatchRequest.Spec.class);
    boolean ended = job.endedAt() != null;
    return new BatchObject(
        job.id(),
        "batch",
        spec.endpoint(),
        job.problems().isEmpty() ? null : new Errors("list", job.problems()),
        job.inputFile(),
        spec.completionWindow(),
        job.status().wire(),
        ended ? job.outputFile() : null,
        ended ? job.errorFile() : null,
        seconds(job.createdAt()),
        seconds(job.begunAt()),
        seconds(job.expiresAt()),
        seconds(job.finalizingAt()),
        at(job, JobStatus.COMPLETED),
        at(job, JobStatus.FAILED),
        at(job, JobStatus.EXPIRED),
        seconds(job.cancellingAt()),
        at(job, JobStatus.CANCELLED),
        new Counts(job.total(), job.completed(), job.failed()),
        job.metadata());
  }

  private static Long at(RowJob job, JobStatus status) {
    return job.status() == status ? seconds(job.endedAt()) : null;
  }

  private static Long seconds(Instant time) {
    return time == null ? null : time.getEpochSecond();
  }
}
