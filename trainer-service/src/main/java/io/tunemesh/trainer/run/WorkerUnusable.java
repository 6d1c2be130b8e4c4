package io.tunemesh.trainer.run;

/** A worker cannot be started, or says that it cannot load its base model. */
class WorkerUnusable extends Exception {

  private final String code;
  private final boolean retry;

  WorkerUnusable(String code, String reason, boolean retry) {
    super(reason);
    this.code = code;
    this.retry = retry;
  }

  /** Whether it may be the machine's fault, so that a worker of another may load it. */
  boolean retry() {
    return retry;
  }

  String code() {
    return code;
  }
}
