package io.tunemesh.dataset.report;

import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * How the right answers of single-choice questions share the letters A to D.
 *
 * @param skewed whether the letters differ by more than chance would have it, and one has so many
 *     that a model gains by preferring it: Pearson's chi-squared test at 0.1 %, and a share of at
 *     least 35 %
 */
public record LetterBalance(long questions, boolean skewed, @NotNull List<LetterShare> letters) {

  /** One letter. */
  public record LetterShare(
      @NotNull String letter,
      long questions,
      double share,
      long train,
      long validation,
      long test) {}
}
