package io.tunemesh.inference.job;

import io.tunemesh.contract.Event;
import io.tunemesh.contract.Where;

/** How a kind of job is told of, whose facts have the same fields for every kind. */
public record JobFacts(Progress progress, Completion completion, Failure failure) {

  /** Makes the fact that tells how far a job is. */
  public interface Progress {
    Event of(String id, String requestId, long total, long completed, long failed);
  }

  /** Makes the fact that a job has ended well. */
  public interface Completion {
    Event of(
        String id,
        String requestId,
        String outputFile,
        String errorFile,
        long total,
        long completed,
        long failed);
  }

  /** Makes the fact that a job has ended before every row was asked. */
  public interface Failure {
    Event of(
        String id,
        String requestId,
        String code,
        String reason,
        Where where,
        String outputFile,
        String errorFile,
        long total,
        long completed,
        long failed);
  }

  Event progressed(RowJob job) {
    RowCounts rows = job.rows;
    return progress.of(job.id, job.requestId, rows.total(), rows.completed(), rows.failed());
  }

  Event completed(RowJob job) {
    RowCounts rows = job.rows;
    return completion.of(
        job.id,
        job.requestId,
        job.outputFile,
        job.errorFile,
        rows.total(),
        rows.completed(),
        rows.failed());
  }

  Event failed(RowJob job, JobProblem why) {
    RowCounts rows = job.rows;
    Integer line = why.line() == null ? null : why.line().intValue();
    return failure.of(
        job.id,
        job.requestId,
        why.code(),
        why.message(),
        new Where(job.inputFile, null, line, null, why.param()),
        job.outputFile,
        job.errorFile,
        rows.total(),
        rows.completed(),
        rows.failed());
  }
}
