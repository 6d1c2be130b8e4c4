package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.LabelBalance.LabelShare;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.page.Texts;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Counts the labels of examples by part, up to a thousand labels. */
final class LabelCount {

  static final int MOST = 1000;
  private static final int SHOWN = 100;
  private static final int LISTED = 20;
  private static final int LONGEST = 200;

  private final Map<String, PartCount> labels = new TreeMap<>();
  private boolean tooMany;

  void add(String label, Part part) {
    String name = Texts.cut(label, LONGEST);
    PartCount count = labels.get(name);
    if (count == null) {
      if (labels.size() == MOST) {
        tooMany = true;
        return;
      }
      count = new PartCount();
      labels.put(name, count);
    }
    count.add(part);
  }

  /** What was counted; null where nothing was. */
  LabelBalance done() {
    if (labels.isEmpty()) {
      return null;
    }
    long all = labels.values().stream().mapToLong(PartCount::all).sum();
    long most = labels.values().stream().mapToLong(PartCount::all).max().orElseThrow();
    long least = labels.values().stream().mapToLong(PartCount::all).min().orElseThrow();
    boolean measured = labels.values().stream().anyMatch(count -> count.of(Part.TEST) > 0);
    return new LabelBalance(
        labels.size(),
        tooMany,
        Shares.round((double) most / least),
        effective(all),
        classes(all),
        measured ? named(c -> c.of(Part.TRAIN) > 0 && c.of(Part.TEST) == 0) : List.of(),
        named(c -> c.of(Part.TRAIN) == 0));
  }

  private double effective(long all) {
    double entropy = 0;
    for (PartCount count : labels.values()) {
      double share = (double) count.all() / all;
      entropy -= share * StrictMath.log(share);
    }
    return Shares.round(StrictMath.exp(entropy));
  }

  private List<LabelShare> classes(long all) {
    return labels.entrySet().stream()
        .sorted(Comparator.comparing(e -> -e.getValue().all()))
        .limit(SHOWN)
        .map(
            e ->
                new LabelShare(
                    e.getKey(),
                    e.getValue().all(),
                    Shares.of(e.getValue().all(), all),
                    e.getValue().of(Part.TRAIN),
                    e.getValue().of(Part.VALIDATION),
                    e.getValue().of(Part.TEST)))
        .toList();
  }

  private List<String> named(Predicate<PartCount> wanted) {
    return labels.entrySet().stream()
        .filter(e -> wanted.test(e.getValue()))
        .map(Map.Entry::getKey)
        .limit(LISTED)
        .toList();
  }
}
