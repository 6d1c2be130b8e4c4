package io.tunemesh.dataset.exam;

/** The language in which a reading and its questions are written. */
public enum Language {
  ZH("zh"),
  EN("en");

  private final String code;

  Language(String code) {
    this.code = code;
  }

  /** The ISO 639-1 code. */
  public String code() {
    return code;
  }

  /**
   * Decides by the letters of a text, or of a passage and its questions together: a Chinese
   * character weighs about as much as an English word, so glosses in the other language do not turn
   * the answer over.
   */
  static Language of(long lead) {
    return lead > 0 ? ZH : EN;
  }

  /** Decides in the same way by one text. */
  public static Language of(String content) {
    return of(Tally.of(content).lead());
  }
}
