package io.tunemesh.inference.rule;

import io.tunemesh.contract.plan.RulesSpec.Rank;
import io.tunemesh.inference.text.Script;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Puts candidates in an order. */
final class Ranking {

  private final Rank spec;
  private final Predicate<String> valid;

  /**
   * @param valid whether a candidate has the form that other rules ask for
   */
  Ranking(Rank spec, Predicate<String> valid) {
    this.spec = spec;
    this.valid = valid;
  }

  /** The indexes of {@code candidates}, the best first; equals keep their order. */
  List<Integer> order(List<String> candidates) {
    ToDoubleFunction<Integer> score = score(candidates);
    List<Integer> order =
        IntStream.range(0, candidates.size())
            .boxed()
            .sorted(Comparator.comparingDouble(score).reversed())
            .toList();
    return spec.keep() == null ? order : order.subList(0, Math.min(spec.keep(), order.size()));
  }

  private ToDoubleFunction<Integer> score(List<String> candidates) {
    return switch (spec.by()) {
      case "longest" -> i -> candidates.get(i).length();
      case "shortest" -> i -> -candidates.get(i).length();
      case "valid" -> i -> valid.test(candidates.get(i)) ? 1 : 0;
      default -> {
        double[] agreement = agreement(candidates);
        yield i -> agreement[i];
      }
    };
  }

  /** How like each candidate is to the others, on average: Jaccard's index of its letter pairs. */
  private static double[] agreement(List<String> candidates) {
    List<Set<String>> pairs = candidates.stream().map(Ranking::pairs).toList();
    double[] scores = new double[candidates.size()];
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        scores[i] += i == j ? 0 : jaccard(pairs.get(i), pairs.get(j));
      }
    }
    return scores;
  }

  private static Set<String> pairs(String text) {
    String letters = Script.letters(text);
    Set<String> pairs = new HashSet<>();
    for (int i = 0; i + 1 < letters.length(); i++) {
      pairs.add(letters.substring(i, i + 2));
    }
    pairs.add(letters.isEmpty() ? "" : letters.substring(0, 1));
    return pairs;
  }

  private static double jaccard(Set<String> one, Set<String> other) {
    long common = one.stream().filter(other::contains).count();
    return (double) common / (one.size() + other.size() - common);
  }
}
