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
   * Decides by the letters of the passage and its questions: a Chinese character weighs about as
   * much as an English word, so glosses in the other language do not turn the answer over.
   */
  static Language of(String passage, String questions) {
    long lead = lead(passage) + lead(questions);
    return lead > 0 ? ZH : EN;
  }

  /** Decides in the same way by one text. */
  public static Language of(String content) {
    return lead(content) > 0 ? ZH : EN;
  }

  /** By how much the Chinese characters outnumber the words in Latin letters. */
  private static long lead(String content) {
    long lead = 0;
    boolean inWord = false;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      boolean latin = Glyphs.isLatin(c);
      lead += Glyphs.isHan(c) ? 1 : latin && !inWord ? -1 : 0;
      inWord = latin;
    }
    return lead;
  }
}
