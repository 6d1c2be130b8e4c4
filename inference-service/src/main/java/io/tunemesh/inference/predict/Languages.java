package io.tunemesh.inference.predict;

import java.lang.Character.UnicodeScript;

/** Decides the language of a row's prompt as dataset-service does. */
final class Languages {

  private Languages() {}

  /** {@code zh} if a text has more Chinese characters than Latin words, else {@code en}. */
  static String of(String text) {
    int lead = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      UnicodeScript script = UnicodeScript.of(text.charAt(i));
      boolean latin = script == UnicodeScript.LATIN;
      lead += script == UnicodeScript.HAN ? 1 : latin && !inWord ? -1 : 0;
      inWord = latin;
    }
    return lead > 0 ? "zh" : "en";
  }
}
