package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Duplicates.Compared;
import io.tunemesh.dataset.report.Report.ExampleAt;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;

/**
 * Examples of validation and test that are trained on as well, so that what is measured on them is
 * better than the model is.
 *
 * @param similarity from which two texts are almost the same
 * @param train how much of the training part was compared with
 * @param pairs the first fifty
 */
public record Leaks(
    double similarity,
    @NotNull Compared train,
    @NotNull List<LeakPart> parts,
    @NotNull List<LeakPair> pairs) {

  /**
   * A part that is measured.
   *
   * @param leaked how many of its examples are in training too
   * @param rate of those that were compared
   * @param kinds {@code same_text}, {@code same_turn}, {@code same_question}, {@code near_text} and
   *     {@code near_question}: each example once, by the first that holds
   */
  public record LeakPart(
      @NotNull String part,
      @NotNull Compared compared,
      long leaked,
      double rate,
      @NotNull Map<String, Long> kinds) {}

  /** An example of validation or test, and the one of training that it repeats. */
  public record LeakPair(
      @NotNull String kind, @NotNull ExampleAt example, @NotNull ExampleAt train) {}

  /** How many examples leaked, of all parts. */
  long leaked() {
    return parts.stream().mapToLong(LeakPart::leaked).sum();
  }

  /** Of how many that were compared. */
  long compared() {
    return parts.stream().mapToLong(part -> part.compared().exact()).sum();
  }

  boolean sampled() {
    return train.sampled() || parts.stream().anyMatch(part -> part.compared().sampled());
  }
}
