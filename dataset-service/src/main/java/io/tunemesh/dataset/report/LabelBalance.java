package io.tunemesh.dataset.report;

import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * How the examples of a classification share its labels.
 *
 * @param different how many labels there are; where {@code tooMany}, so many were seen and the rest
 *     was not counted
 * @param imbalance how many times more examples the commonest label has than the rarest
 * @param effective the number of labels that would be as varied if each had as many examples as any
 *     other: e to the power of their entropy
 * @param classes the commonest first, at most a hundred
 * @param notInTest labels that are trained and never measured, at most twenty; empty where there is
 *     no test part
 * @param notInTrain labels that are measured and never trained, at most twenty
 */
public record LabelBalance(
    int different,
    boolean tooMany,
    double imbalance,
    double effective,
    @NotNull List<LabelShare> classes,
    @NotNull List<String> notInTest,
    @NotNull List<String> notInTrain) {

  /** One label. */
  public record LabelShare(
      @NotNull String label, long examples, double share, long train, long validation, long test) {}
}
