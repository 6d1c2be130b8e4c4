package io.tunemesh.trainer.run;

/** A worker says that it cannot load its base model; another would say the same. */
class WorkerUnusable extends Exception {

  private final String code;

  WorkerUnusable(String code, String reason) {
    super(reason);
    this.code = code;
  }

  String code() {
    return code;
  }
}
