package io.tunemesh.trainer.job;

/**
 * A worker's fence is older than the job's: another holds the job, or nobody. Whatever the worker
 * still does must have no effect.
 */
public class LeaseLost extends RuntimeException {

  public LeaseLost(String jobId, long fence) {
    super("attempt %d holds the job %s no more".formatted(fence, jobId));
  }
}
