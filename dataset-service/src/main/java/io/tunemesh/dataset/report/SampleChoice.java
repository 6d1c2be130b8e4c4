package io.tunemesh.dataset.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the examples that are shown: the first, the shortest and the longest, and some by a hash
 * of their ids and a seed.
 */
final class SampleChoice {

  private static final int RANDOM = 4;

  private final List<Candidate> random = new ArrayList<>();
  private int shortest = -1;
  private int longest = -1;
  private long least = Long.MAX_VALUE;
  private long most = -1;
  private boolean any;

  private record Candidate(int number, double place) {}

  void add(int number, Glance example) {
    long length = example.length();
    any = true;
    if (length < least) {
      least = length;
      shortest = number;
    }
    if (length > most) {
      most = length;
      longest = number;
    }
    random.add(new Candidate(number, example.shown()));
    if (random.size() > 8 * RANDOM) {
      prune(3 + RANDOM);
    }
  }

  /** Why each is shown, by line number, in the order in which to show them. */
  Map<Integer, String> chosen() {
    Map<Integer, String> chosen = new LinkedHashMap<>();
    if (!any) {
      return chosen;
    }
    chosen.put(0, "first");
    chosen.putIfAbsent(shortest, "shortest");
    chosen.putIfAbsent(longest, "longest");
    prune(random.size());
    int wanted = chosen.size() + RANDOM;
    for (Candidate candidate : random) {
      if (chosen.size() < wanted) {
        chosen.putIfAbsent(candidate.number(), "random");
      }
    }
    return chosen;
  }

  private void prune(int size) {
    random.sort(Comparator.comparing(Candidate::place).thenComparing(Candidate::number));
    random.subList(size, random.size()).clear();
  }
}
