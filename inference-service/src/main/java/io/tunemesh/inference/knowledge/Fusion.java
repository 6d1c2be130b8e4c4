package io.tunemesh.inference.knowledge;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one order of several by reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): what
 * stands at rank {@code r} of a list counts {@code weight / (2 + r)}. The authors' 60 is for many
 * lists that are alike; here the first ranks of few lists tell the most.
 */
final class Fusion {

  private static final int K = 2;

  /**
   * One way of searching and what it found, the best first.
   *
   * @param weight how much its order counts
   */
  record Ranked<T>(double weight, List<T> found) {}

  /**
   * @param score from 0 to 1, and 1 where every list has it first
   */
  record Scored<T>(T found, double score) {}

  private Fusion() {}

  /**
   * All that was found, the best first.
   *
   * @param even orders what has the same score; what it does not order stays as the lists have it
   */
  static <T> List<Scored<T>> of(List<Ranked<T>> lists, Comparator<T> even) {
    Map<T, Double> scores = new LinkedHashMap<>();
    double best = 0;
    for (Ranked<T> list : lists) {
      best += list.weight() / (K + 1);
      for (int i = 0; i < list.found().size(); i++) {
        scores.merge(list.found().get(i), list.weight() / (K + 1 + i), Double::sum);
      }
    }
    double most = best;
    return scores.entrySet().stream()
        .map(entry -> new Scored<>(entry.getKey(), entry.getValue() / most))
        .sorted(
            Comparator.<Scored<T>>comparingDouble(Scored::score)
                .reversed()
                .thenComparing(Scored::found, even))
        .toList();
  }
}
