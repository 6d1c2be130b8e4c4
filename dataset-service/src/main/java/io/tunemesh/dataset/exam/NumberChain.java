package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the numbers of one form that count up by one around the options of a cell. */
final class NumberChain {
  private static final double WHOLE = 2;
  private static final double UNLIKELY = -2.5;

  private record Link(Link before, Mark mark, int seen, double weight) {}

  private NumberChain() {}

  /** The numbers of one form that count up and enclose most options, in the order of the cell. */
  static Set<Mark> in(Shadow cell, List<Mark> marks, char letters) {
    Map<Character, Map<Integer, Link>> ends = new HashMap<>();
    var links = new ArrayList<Link>();
    int seen = 0;
    for (Mark mark : marks) {
      if (!mark.question()) {
        seen += mark.value() == 3 && Habit.form(cell, mark) == letters ? 1 : 0;
        continue;
      }
      if (mark.gain() < UNLIKELY) {
        continue;
      }
      var byValue = ends.computeIfAbsent(Habit.form(cell, mark), f -> new HashMap<>());
      Link before = byValue.get(mark.value() - 1);
      boolean whole = before == null || seen > before.seen;
      double weight = before == null ? 0 : before.weight + (whole ? WHOLE : 0);
      weight +=
          switch (mark.place()) {
            case LINE -> 1.5;
            case WIDE_GAP -> 1.2;
            case SENTENCE, SENTENCE_GAP -> 0.8;
            default -> whole ? 0.8 : -0.5;
          };
      var link = new Link(before, mark, seen, weight);
      byValue.merge(mark.value(), link, (a, b) -> b.weight > a.weight ? b : a);
      links.add(link);
    }
    Map<Character, Link> best = new HashMap<>();
    for (Link link : links) {
      double weight = link.weight + (seen > link.seen ? WHOLE : 0);
      var ended = new Link(link.before, link.mark, link.seen, weight);
      best.merge(Habit.form(cell, link.mark), ended, (a, b) -> b.weight > a.weight ? b : a);
    }
    Link longest = null;
    double next = 0;
    for (Link link : best.values()) {
      if (longest == null || link.weight > longest.weight) {
        next = longest == null ? 0 : longest.weight;
        longest = link;
      } else {
        next = Math.max(next, link.weight);
      }
    }
    var chain = new HashSet<Mark>();
    if (longest != null && longest.weight > next + 1) {
      for (Link link = longest; link != null; link = link.before) {
        chain.add(link.mark);
      }
    }
    return chain;
  }
}
