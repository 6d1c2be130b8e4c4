package io.tunemesh.dataset.report;

import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * How long the examples are. Characters are Unicode code points, with the words of templates.
 *
 * @param prompt all turns but the last; null where there are no chats
 * @param answer the last turn; null where there are no chats
 * @param text of plain text; null where there is none
 * @param tokens where they were counted; null elsewhere
 */
public record Lengths(Length prompt, Length answer, Length text, Tokens tokens) {

  /**
   * Lengths for the base model.
   *
   * @param all with those of the chat template
   * @param prompt those that the model is only shown; null for plain text
   * @param answer those that it learns to say; null for plain text
   * @param cutOff examples that are longer than training takes
   * @param mostCutOff the most tokens that one loses
   */
  public record Tokens(
      @NotNull Length all, Length prompt, Length answer, long cutOff, long mostCutOff) {}

  /**
   * One kind of length.
   *
   * @param p50 the median; as the other percentiles it may be up to 1 % too small
   * @param bars how many there are by length, from the shortest bar with any to the longest
   */
  public record Length(
      long examples,
      long min,
      long max,
      double mean,
      long p50,
      long p95,
      long p99,
      @NotNull List<Bar> bars) {}

  /** So many lengths are at least {@code from} and below {@code to}. */
  public record Bar(long from, long to, long examples) {}
}
