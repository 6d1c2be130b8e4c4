package io.tunemesh.inference.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.JobStatus;
import io.tunemesh.inference.job.JobTimes;
import io.tunemesh.inference.job.RowCounts;
import io.tunemesh.inference.job.RowJob;
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
    RowCounts requestCounts,
    Map<String, String> metadata) {

  /** What is wrong with the input. */
  public record Errors(String object, List<JobProblem> data) {}

  static BatchObject of(RowJob job) {
    BatchRequest.Spec spec = BatchType.spec(job);
    JobTimes times = job.times();
    return new BatchObject(
        job.id(),
        "batch",
        spec.endpoint(),
        job.problems().isEmpty() ? null : new Errors("list", job.problems()),
        job.inputFile(),
        spec.completionWindow(),
        job.status().wire(),
        job.outputFile(),
        job.errorFile(),
        times.created(),
        times.begun(),
        times.expires(),
        times.finalizing(),
        ended(job, JobStatus.COMPLETED),
        ended(job, JobStatus.FAILED),
        ended(job, JobStatus.EXPIRED),
        times.cancelling(),
        ended(job, JobStatus.CANCELLED),
        job.rows(),
        job.metadata());
  }

  private static Long ended(RowJob job, JobStatus as) {
    return job.status() == as ? job.times().ended() : null;
  }
}
