package io.tunemesh.dataset.report;

import jakarta.validation.constraints.NotNull;
import java.util.List;

/**
 * Examples that repeat others: those that are in the dataset, and those that cleaning removed.
 *
 * @param compared how many examples were looked at
 * @param similarity from which two texts are almost the same
 * @param exact examples that are an earlier one but for width, case, spaces and punctuation
 * @param near examples that say almost the same as an earlier one, and not exactly the same
 * @param groups the largest, ten at most
 * @param removed the largest groups of what cleaning removed, ten at most, among the first half a
 *     million
 * @param bounded texts that were not compared with all that may be almost the same, here or when
 *     the dataset was cleaned, since there are too many; absent where there are none
 */
public record Duplicates(
    @NotNull Compared compared,
    double similarity,
    long exact,
    long near,
    @NotNull List<Group> groups,
    @NotNull List<RemovedGroup> removed,
    Long bounded) {

  /** The least share of examples that may repeat an earlier one, by what was found. */
  double least() {
    return Shares.round(compared.least(exact, near));
  }

  /** The highest such share. */
  double most() {
    return Shares.round(compared.most(exact, near, compared));
  }

  /**
   * How much was looked at, of so many examples. What could not be held in memory was left out by a
   * hash of the examples' ids.
   *
   * @param exact for what is the same
   * @param near for what is almost the same
   */
  public record Compared(long examples, long exact, long near) {

    boolean sampled() {
      return exact < examples || near < examples;
    }

    /** The share of what was found, of those that were compared; but for chance no less of all. */
    double least(long foundExact, long foundNear) {
      return Math.min(1, share(foundExact, exact) + share(foundNear, near));
    }

    /**
     * The share of all if none repeats several of {@code others}, of whom also some only were
     * compared; else that of all is lower.
     */
    double most(long foundExact, long foundNear, Compared others) {
      return Math.min(
          1,
          share(foundExact, (double) exact * others.exact / others.examples)
              + share(foundNear, (double) near * others.near / others.examples));
    }

    private static double share(long found, double compared) {
      return found == 0 ? 0 : found / compared;
    }
  }

  /**
   * Examples that are alike.
   *
   * @param kind {@code exact} or {@code near}
   * @param size how many there are, with the one that the others repeat
   * @param places the one that the others repeat, and the first five of these
   */
  public record Group(@NotNull String kind, long size, @NotNull List<Report.ExampleAt> places) {}

  /**
   * Rows that were removed because they repeat the same one.
   *
   * @param code {@code duplicate} or {@code near_duplicate}
   * @param reason names the row that they repeat
   * @param rows how many there are
   * @param first the first five
   */
  public record RemovedGroup(
      @NotNull String code,
      @NotNull String reason,
      long rows,
      @NotNull List<Report.RefusedCell> first) {}
}
