package io.tunemesh.dataset.recipe;

import io.tunemesh.platform.template.Blanks;
import java.util.ArrayList;
import java.util.List;

/** Cuts a long text into pieces of a size, losing nothing but the blanks where it cuts. */
final class Pieces {

  private static final String SENTENCE_ENDS = "。！？!?；;\n";

  private Pieces() {}

  /**
   * The pieces of {@code text}, none longer than {@code most} characters, each cut at the last end
   * of a sentence in its second half, else at the last blank there, else between two characters.
   */
  static List<String> of(String text, int most) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (text.length() - from > most) {
      int to = cut(text, from, from + most);
      add(pieces, text.substring(from, to));
      from = to;
    }
    add(pieces, text.substring(from));
    return pieces;
  }

  private static void add(List<String> pieces, String piece) {
    if (!Blanks.isBlank(piece)) {
      pieces.add(Blanks.strip(piece));
    }
  }

  private static int cut(String text, int from, int to) {
    int half = from + (to - from) / 2;
    for (int i = to; i > half; i--) {
      char before = text.charAt(i - 1);
      boolean point = before == '.' && Character.isWhitespace(text.charAt(i));
      if (point || SENTENCE_ENDS.indexOf(before) >= 0) {
        return i;
      }
    }
    for (int i = to; i > half; i--) {
      if (Character.isWhitespace(text.charAt(i - 1))) {
        return i;
      }
    }
    return Character.isLowSurrogate(text.charAt(to)) ? to - 1 : to;
  }
}
