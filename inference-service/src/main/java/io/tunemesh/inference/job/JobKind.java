package io.tunemesh.inference.job;

/** The kinds of work on rows. */
public enum JobKind {
  BATCH,
  PREDICTION
}
