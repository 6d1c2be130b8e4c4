package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Predicate;

/**
 * What is looked for.
 *
 * @param most passages at most
 * @param threshold passages of a lower score stay out
 * @param files what a file's attributes must meet
 * @param words how much the order by words counts; 0 leaves it out
 * @param meaning how much the order by meaning counts; 0 leaves it out
 */
record Search(
    String text,
    int most,
    double threshold,
    Predicate<ObjectNode> files,
    double words,
    double meaning) {

  /** How much words count where nobody says: less than meaning, as questions use other words. */
  static final double WORDS = 0.3;

  static final double MEANING = 1;

  /** The name of the order by words; all others are by meaning. */
  static final String BY_WORDS = "words";

  /** By words and meaning, in all documents. */
  static Search of(String text, int most) {
    return new Search(text, most, 0, any -> true, WORDS, MEANING);
  }

  /** How much the order of a way of searching counts. */
  double weight(String way) {
    return way.equals(BY_WORDS) ? words : meaning;
  }
}
