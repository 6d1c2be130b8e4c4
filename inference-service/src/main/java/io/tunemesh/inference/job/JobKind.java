package io.tunemesh.inference.job;

/** The kinds of work on rows. */
public enum JobKind {
  BATCH("batch", "batch_", "input_file_id"),
  PREDICTION("prediction", "pred_", "file");

  private final String noun;
  private final String prefix;
  private final String fileField;

  JobKind(String noun, String prefix, String fileField) {
    this.noun = noun;
    this.prefix = prefix;
    this.fileField = fileField;
  }

  /** What people call it. */
  public String noun() {
    return noun;
  }

  /** How its ids begin. */
  String prefix() {
    return prefix;
  }

  /** The field of a request that names the input. */
  String fileField() {
    return fileField;
  }
}
