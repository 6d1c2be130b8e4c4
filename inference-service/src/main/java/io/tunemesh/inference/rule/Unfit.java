package io.tunemesh.inference.rule;

/** An answer that is not of the form that its rules ask for. */
final class Unfit extends Exception {

  private final String code;

  Unfit(String code, String reason) {
    super(reason);
    this.code = code;
  }

  /** Stable, for programs. */
  String code() {
    return code;
  }
}
