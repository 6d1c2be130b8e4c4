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
  static Language of(String content) {
    int han = 0;
    int words = 0;
    boolean inWord = false;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      boolean latin = c < 0x250 && Character.isLetter(c);
      if (latin && !inWord) {
        words++;
      }
      inWord = latin;
      if (Glyphs.isHan(c)) {
        han++;
      }
    }
    return han > words ? ZH : EN;
  }
}
