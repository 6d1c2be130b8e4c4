package io.tunemesh.trainer.job;

/** What the owner asked of a job while a worker held it; the worker does it. */
public enum Wanted {
  CANCEL,
  PAUSE
}
