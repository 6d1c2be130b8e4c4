package io.tunemesh.inference.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * A text of which words were taken out, as it comes. Where what stands on both sides of such a
 * place would make a word again, a mask stands between; so the text has no word that it had not
 * before. What it gives is the same however the text comes.
 */
final class Joins {

  private static final String MASK = "*";

  private final WordSet words;
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> places = new ArrayList<>();
  private int given;

  Joins(WordSet words) {
    this.words = words;
  }

  /** Whether nothing was added yet. */
  boolean isUntouched() {
    return text.isEmpty();
  }

  /** Takes more of the text. */
  void add(CharSequence more, int from, int to) {
    text.append(more, from, to);
  }

  /** A word was taken out here. */
  void join() {
    if (!text.isEmpty() && (places.isEmpty() || places.getLast() < text.length())) {
      places.add(text.length());
    }
  }

  /**
   * What no later text can change any more.
   *
   * @param whole whether nothing comes any more
   */
  String take(boolean whole) {
    StringBuilder out = new StringBuilder();
    while (!places.isEmpty()) {
      int place = places.getFirst();
      out.append(text, given, place);
      given = place;
      if (words.spans(text, place)) {
        out.append(MASK);
      } else if (!whole && words.maySpan(text, place)) {
        break;
      }
      places.removeFirst();
    }
    if (places.isEmpty()) {
      out.append(text, given, text.length());
      given = text.length();
    }
    forget(given - words.longest() + 1);
    return out.toString();
  }

  /** What stands so far behind no word reaches. */
  private void forget(int count) {
    if (count > 0) {
      text.delete(0, count);
      given -= count;
      places.replaceAll(place -> place - count);
    }
  }
}
