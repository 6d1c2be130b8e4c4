package io.tunemesh.trainer.job;

/** Where a job is in its life. The last three are final. */
public enum JobStatus {
  /** Waits for its dataset. */
  VALIDATING("validating_files"),
  QUEUED("queued"),
  /** Held by a worker under a lease. */
  RUNNING("running"),
  PAUSED("paused"),
  SUCCEEDED("succeeded"),
  FAILED("failed"),
  CANCELLED("cancelled");

  private final String wire;

  JobStatus(String wire) {
    this.wire = wire;
  }

  /** OpenAI's word for it. */
  public String wire() {
    return wire;
  }

  /** Whether it has ended; one that failed may be resumed for a while. */
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
