package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Duplicates.Compared;
import io.tunemesh.dataset.report.Report.ExampleAt;
import io.tunemesh.dataset.split.Part;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

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
   * @param leaked how many of its examples were found in training too
   * @param rate the share of its examples that leaked; where a sample was compared, the highest
   *     that may be by what was found
   * @param kinds {@code same_text}, {@code same_turn}, {@code same_question}, {@code near_text} and
   *     {@code near_question}: each example once, by the first that holds
   */
  public record LeakPart(
      @NotNull String part,
      @NotNull Compared compared,
      long leaked,
      double rate,
      @NotNull Map<String, Long> kinds) {

    static LeakPart of(Part part, Compared compared, Map<String, Long> kinds, Compared train) {
      long leaked = kinds.values().stream().mapToLong(Long::longValue).sum();
      double rate = compared.most(leaked - near(kinds), near(kinds), train);
      return new LeakPart(part.key(), compared, leaked, Shares.round(rate), kinds);
    }

    private static long near(Map<String, Long> kinds) {
      return kinds.entrySet().stream()
          .filter(kind -> kind.getKey().startsWith("near_"))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }

    private double least() {
      return compared.least(leaked - near(kinds), near(kinds));
    }
  }

  /** An example of validation or test, and the one of training that it repeats. */
  public record LeakPair(
      @NotNull String kind, @NotNull ExampleAt example, @NotNull ExampleAt train) {}

  /** How many examples were found to have leaked, of all parts. */
  long leaked() {
    return parts.stream().mapToLong(LeakPart::leaked).sum();
  }

  /** Of how many that are measured. */
  long examples() {
    return parts.stream().mapToLong(part -> part.compared().examples()).sum();
  }

  /** The least share that may have leaked of all parts, by what was found. */
  double least() {
    return ofAll(LeakPart::least);
  }

  /** The highest such share. */
  double most() {
    return ofAll(LeakPart::rate);
  }

  private double ofAll(ToDoubleFunction<LeakPart> share) {
    double leaked =
        parts.stream()
            .mapToDouble(part -> share.applyAsDouble(part) * part.compared().examples())
            .sum();
    return examples() == 0 ? 0 : Shares.round(leaked / examples());
  }

  boolean sampled() {
    return train.sampled() || parts.stream().anyMatch(part -> part.compared().sampled());
  }
}
