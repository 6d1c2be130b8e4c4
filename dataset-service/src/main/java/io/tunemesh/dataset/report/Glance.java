package io.tunemesh.dataset.report;

import io.tunemesh.dataset.split.Part;
import java.util.List;

/**
 * What a report needs to know of every example, without its words.
 *
 * @param language null where it is not known
 * @param length all that it says, in characters
 * @param answer the last turn of a chat; null for plain text
 * @param label its class; null where it has none
 * @param letters the right answers of its questions, where it is an exam
 * @param shown its place among those that may be shown, from 0 to 1
 * @param key what it is compared by
 */
public record Glance(
    String language,
    int length,
    Integer answer,
    String label,
    List<String> letters,
    double shown,
    Key key) {

  /** In place of the hash of a text that says nothing. */
  static final long NOTHING = 0;

  /**
   * What tells whether two examples are the same.
   *
   * @param own whether it was made of a row, and not of another example
   * @param place among those that may be compared, from 0 to 1
   * @param whole hash of all that is asked and answered, without what typists do differently
   * @param question hash of what is asked alone
   * @param turns of a chat with several answers, as {@code whole}: each that is learnt, with the
   *     message before it
   */
  record Key(Part part, boolean own, double place, long whole, long question, long[] turns) {}
}
