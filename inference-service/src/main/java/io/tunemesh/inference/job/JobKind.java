package io.tunemesh.inference.job;

import java.util.List;

/** The kinds of work on rows. */
public enum JobKind {
  BATCH("batch", "batch_", "input_file_id", "endpoint", "completion_window"),
  PREDICTION("prediction", "pred_", "file", "model", "recipe");

  private final String noun;
  private final String prefix;
  private final String fileField;
  private final List<String> shown;

  JobKind(String noun, String prefix, String fileField, String... shown) {
    this.noun = noun;
    this.prefix = prefix;
    this.fileField = fileField;
    this.shown = List.of(shown);
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

  /** The texts of a request that its job shows, even if it was refused. */
  List<String> shown() {
    return shown;
  }
}
