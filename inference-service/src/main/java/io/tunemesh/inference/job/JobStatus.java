package io.tunemesh.inference.job;

import java.util.List;
import java.util.Locale;

/** OpenAI's states of a batch. */
public enum JobStatus {
  /** The input is awaited and looked through. */
  VALIDATING,
  /** Rows are answered. */
  IN_PROGRESS,
  /** The files are made and handed over. */
  FINALIZING,
  /** Its owner wants it no more; what is answered becomes its files. */
  CANCELLING,
  COMPLETED,
  /** The input cannot be used. */
  FAILED,
  /** Its time ran out before every row was asked. */
  EXPIRED,
  CANCELLED;

  static final List<JobStatus> OPEN = List.of(VALIDATING, IN_PROGRESS, FINALIZING, CANCELLING);

  /** The name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isOpen() {
    return OPEN.contains(this);
  }
}
