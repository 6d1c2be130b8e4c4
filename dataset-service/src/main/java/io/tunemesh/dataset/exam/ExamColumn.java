package io.tunemesh.dataset.exam;

/** One of the three columns that make an exam workbook; a refusal names the one to look at. */
public enum ExamColumn {
  TEXT("text"),
  OPTIONS("options"),
  ANSWERS("answers");

  private final String key;

  ExamColumn(String key) {
    this.key = key;
  }

  /** The name used in mappings and refusals: {@code text}, {@code options} or {@code answers}. */
  public String key() {
    return key;
  }
}
