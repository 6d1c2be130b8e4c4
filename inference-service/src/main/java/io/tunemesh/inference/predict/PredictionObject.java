package io.tunemesh.inference.predict;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.JobTimes;
import io.tunemesh.inference.job.RowCounts;
import io.tunemesh.inference.job.RowJob;
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
    RowCounts rows,
    List<JobProblem> errors,
    String outputFileId,
    String errorFileId,
    Long createdAt,
    Long startedAt,
    Long endedAt,
    Long expiresAt,
    Map<String, String> metadata) {

  static PredictionObject of(RowJob job) {
    PredictionSpec spec = TableType.spec(job);
    JobTimes times = job.times();
    return new PredictionObject(
        job.id(),
        "prediction",
        spec.model(),
        spec.recipe(),
        job.inputFile(),
        job.status().wire(),
        job.rows(),
        job.problems(),
        job.outputFile(),
        job.errorFile(),
        times.created(),
        times.begun(),
        times.ended(),
        times.expires(),
        job.metadata());
  }
}
