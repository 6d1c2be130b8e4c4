package io.tunemesh.dataset.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums up counts. What it holds grows with the different lengths, not with the examples. */
final class TokenTally {

  private static final int FIRST = 100;

  private final Map<Integer, Long> byLength = new TreeMap<>();
  private final List<TokenReport.Place> cut = new ArrayList<>();
  private final List<TokenReport.Place> troubled = new ArrayList<>();
  private long examples;
  private long total;
  private long answer;
  private long cutExamples;
  private long cutTokens;
  private long leftOut;
  private long problems;

  void add(Countable example, TokenCount count) {
    if (count.problem() != null) {
      problems++;
      keep(troubled, example, count);
      return;
    }
    examples++;
    total += count.total();
    answer += count.answer();
    byLength.merge(count.total(), 1L, Long::sum);
    leftOut += count.leftOut() == null ? 0 : 1;
    if (count.cutOff() != null) {
      cutExamples++;
      cutTokens += count.cutOff();
      keep(cut, example, count);
    }
  }

  private static void keep(List<TokenReport.Place> first, Countable example, TokenCount count) {
    if (first.size() < FIRST) {
      first.add(TokenReport.Place.of(example, count));
    }
  }

  TokenReport.Lengths lengths() {
    double mean = examples == 0 ? 0 : Math.round(10.0 * total / examples) / 10.0;
    return new TokenReport.Lengths(
        examples, total, total - answer, answer, mean, atMost(0.5), atMost(0.95), atMost(1));
  }

  TokenReport.CutOff cutOff() {
    return new TokenReport.CutOff(cutExamples, cutTokens, leftOut, List.copyOf(cut));
  }

  TokenReport.Problems problems() {
    return new TokenReport.Problems(problems, List.copyOf(troubled));
  }

  /** The least length that is enough for that share of the examples; 0 where there are none. */
  private int atMost(double share) {
    long wanted = (long) Math.ceil(share * examples);
    long seen = 0;
    int length = 0;
    for (Map.Entry<Integer, Long> entry : byLength.entrySet()) {
      if (seen >= wanted) {
        break;
      }
      seen += entry.getValue();
      length = entry.getKey();
    }
    return length;
  }
}
