package io.tunemesh.local.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * One line of a benchmark.
 *
 * @param peer what ours is measured against, in the same run
 * @param ratio above 1 where we are better
 * @param goal what is wanted, in {@code unit}; null where there is no number to hold
 * @param holds whether ours meets the goal; null without one
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Figure(
    String bench,
    String figure,
    String unit,
    double ours,
    String peer,
    Double theirs,
    Double ratio,
    Double goal,
    Boolean holds) {

  /** A figure where less is better. */
  static Figure less(
      String bench,
      String figure,
      String unit,
      double ours,
      String peer,
      Double theirs,
      Double goal) {
    return new Figure(bench, figure, unit, ours, peer, theirs, null, goal, null).judged(true);
  }

  /** A figure where more is better. */
  static Figure more(
      String bench,
      String figure,
      String unit,
      double ours,
      String peer,
      Double theirs,
      Double goal) {
    return new Figure(bench, figure, unit, ours, peer, theirs, null, goal, null).judged(false);
  }

  private Figure judged(boolean less) {
    Double ratio = theirs == null ? null : less ? theirs / ours : ours / theirs;
    Boolean holds = goal == null ? null : less ? ours <= goal : ours >= goal;
    return new Figure(
        bench,
        figure,
        unit,
        rounded(ours),
        peer,
        rounded(theirs),
        rounded(ratio),
        rounded(goal),
        holds);
  }

  void print() {
    try {
      System.out.println(new ObjectMapper().writeValueAsString(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Double rounded(Double value) {
    return value == null ? null : Math.round(value * 1000) / 1000.0;
  }
}
