package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.LetterBalance.LetterShare;
import io.tunemesh.dataset.split.Part;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the letters of right answers by part. */
final class LetterCount {

  /** Of the chi-squared distribution with three degrees of freedom, at 0.1 %. */
  private static final double CRITICAL = 16.266;

  private static final double PREFERRED = 0.35;

  private final Map<String, PartCount> letters = new TreeMap<>();

  LetterCount() {
    for (String letter : List.of("A", "B", "C", "D")) {
      letters.put(letter, new PartCount());
    }
  }

  void add(String letter, Part part) {
    letters.computeIfAbsent(letter, any -> new PartCount()).add(part);
  }

  /** What was counted; null where nothing was. */
  LetterBalance done() {
    long all = letters.values().stream().mapToLong(PartCount::all).sum();
    return all == 0 ? null : new LetterBalance(all, skewed(all), shares(all));
  }

  private boolean skewed(long all) {
    double expected = (double) all / letters.size();
    double chi = 0;
    long most = 0;
    for (PartCount count : letters.values()) {
      chi += (count.all() - expected) * (count.all() - expected) / expected;
      most = Math.max(most, count.all());
    }
    return chi > CRITICAL && most >= PREFERRED * all;
  }

  private List<LetterShare> shares(long all) {
    return letters.entrySet().stream()
        .map(
            e ->
                new LetterShare(
                    e.getKey(),
                    e.getValue().all(),
                    Shares.of(e.getValue().all(), all),
                    e.getValue().of(Part.TRAIN),
                    e.getValue().of(Part.VALIDATION),
                    e.getValue().of(Part.TEST)))
        .toList();
  }
}
