package io.tunemesh.inference.rule;

import io.tunemesh.inference.text.Sentences;
import java.util.List;

/**
 * Ends a text with the last sentence that fits; a first sentence that alone is too long is cut
 * within. Gives each sentence when its end is known, since one that turns out too long is left out.
 */
final class LengthFilter implements TextFilter {

  private final int most;
  private final StringBuilder held = new StringBuilder();
  private int given;
  private boolean full;
  private boolean within;

  /**
   * @param most in code points
   */
  LengthFilter(int most) {
    this.most = most;
  }

  @Override
  public String push(String piece) {
    if (full) {
      return "";
    }
    held.append(piece);
    return give(false);
  }

  @Override
  public String end() {
    return full ? "" : give(true);
  }

  private String give(boolean whole) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    int end = Sentences.end(held, from, whole);
    while (!full && end > from) {
      String sentence = held.substring(from, end);
      int length = points(sentence);
      String bare = sentence.stripTrailing();
      if (given + points(bare) <= most) {
        out.append(given + length <= most ? sentence : bare);
        given += length;
        from = end;
        end = Sentences.end(held, from, whole);
      } else {
        cut(sentence, out);
      }
    }
    held.delete(0, from);
    String rest = held.toString().stripTrailing();
    if (!full && !rest.isEmpty() && given + points(rest) > most) {
      cut(held.toString(), out);
    }
    return out.toString();
  }

  private void cut(String sentence, StringBuilder out) {
    full = true;
    if (given == 0) {
      within = true;
      out.append(sentence, 0, sentence.offsetByCodePoints(0, most));
      given = most;
    }
    held.setLength(0);
  }

  private static int points(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether the text was cut, so that all that comes is left out. */
  boolean full() {
    return full;
  }

  @Override
  public List<Acted> acted() {
    return full
        ? List.of(
            new Acted(
                "after.length",
                "the answer was cut %s, since it may have %d characters"
                    .formatted(
                        within ? "within its first sentence" : "at the end of a sentence", most)))
        : List.of();
  }
}
