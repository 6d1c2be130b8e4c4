package io.tunemesh.inference.job;

/** A job was to change in a way that its state does not allow. */
public class WrongJobState extends RuntimeException {

  WrongJobState(String id, JobStatus status, String change) {
    super("The job '%s' is %s and cannot %s.".formatted(id, status.wire(), change));
  }
}
