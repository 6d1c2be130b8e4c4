package io.tunemesh.dataset.clean;

import java.text.Normalizer;
import java.util.Locale;

/** A text without what typists do differently: width, case, spaces and punctuation. */
public final class Letters {

  private Letters() {}

  /** The letters and digits of {@code text}, of one width and case. */
  public static String of(String text) {
    StringBuilder letters = new StringBuilder(text.length());
    Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(letters::appendCodePoint);
    return letters.toString();
  }
}
