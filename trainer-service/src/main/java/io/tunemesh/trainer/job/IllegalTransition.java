package io.tunemesh.trainer.job;

/** A job cannot do this in its present state. */
public class IllegalTransition extends RuntimeException {

  IllegalTransition(String message) {
    super(message);
  }

  public IllegalTransition(String jobId, JobStatus status, String what) {
    super("The job %s is %s, so it cannot be %s.".formatted(jobId, status.wire(), what));
  }
}
