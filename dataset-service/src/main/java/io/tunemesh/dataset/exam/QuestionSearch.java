package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Chooses, among everything that may be a marker in an options cell, the reading that fits best as
 * a whole: numbers that count up, options that complete A to D. It is a beam search, so its work is
 * linear in the number of markers, and it tells by how much the best reading beats the next one.
 */
final class QuestionSearch {
  /** What a broken structure costs: more than one clear marker brings, less than two. */
  static final double FAULT = 6;

  /** What a question with all four options brings. */
  private static final double WHOLE = 2;

  private static final int WIDTH = 24;
  private static final double REACH = 14;

  /** The best reading and its lead over the next different one. */
  record Reading(List<Mark> marks, double lead) {}

  private record Node(
      Node previous, Mark mark, double score, int number, int mask, Mark question, Mark first) {}

  private QuestionSearch() {}

  static Reading best(Shadow cell, List<Mark> marks) {
    List<Mark> plain = PlainReading.in(cell, marks);
    if (!plain.isEmpty()) {
      return new Reading(plain, FAULT);
    }
    var nodes = new Nodes();
    nodes.add(new Node(null, null, 0, 0, 0, null, null));
    for (Mark mark : marks) {
      var found = new Nodes();
      for (int i = 0; i < nodes.count; i++) {
        Node node = nodes.of[i];
        if (node.mark == null || node.mark.end() <= mark.start()) {
          Node next = mark.question() ? ask(cell, node, mark) : offer(cell, node, mark);
          if (next != null) {
            found.add(next);
          }
        }
      }
      nodes.addBestPerState(found);
      nodes.prune();
    }
    Node best = null;
    double bestScore = Double.NEGATIVE_INFINITY;
    double next = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < nodes.count; i++) {
      Node node = nodes.of[i];
      double score = node.score - closing(cell, node, cell.length());
      if (score > bestScore) {
        next = bestScore;
        bestScore = score;
        best = node;
      } else if (score > next) {
        next = score;
      }
    }
    var used = new ArrayList<Mark>();
    for (Node node = best; node.mark != null; node = node.previous) {
      used.add(node.mark);
    }
    Collections.reverse(used);
    return new Reading(used, bestScore - next);
  }

  private static Node ask(Shadow cell, Node node, Mark mark) {
    double score = node.score + mark.gain() - closing(cell, node, mark.start());
    int step = mark.value() - node.number;
    if (node.number == 0) {
      score += mark.place() == Place.GAP ? -FAULT : mark.value() == 1 ? 0.5 : 0;
    } else if (step == 1) {
      score += 2;
    } else if (step > 1) {
      score -= 3 + Math.min(step, 20) * 0.1;
    } else {
      score -= FAULT + 1;
    }
    if (node.question != null && kind(node.question) != kind(mark)) {
      score -= 2;
    }
    return new Node(node, mark, score, mark.value(), 0, mark, null);
  }

  private static Node offer(Shadow cell, Node node, Mark mark) {
    int bit = 1 << mark.value();
    boolean full = (node.mask & 15) == 15;
    double score = node.score + mark.gain();
    if (node.mark != null && isBlank(cell, node.mark, mark.start())) {
      score -= FAULT;
    }
    int mask = node.mask;
    Mark first = node.first;
    if (node.question == null && mask == 0) {
      score -= FAULT;
    }
    if (mark.value() >= 4) {
      if (!full || mark.value() != 32 - Integer.numberOfLeadingZeros(mask)) {
        return null;
      }
      score -= 0.5;
    } else if (full) {
      score -= FAULT;
      mask = 0;
      first = null;
    } else if ((mask & bit) != 0) {
      return null;
    }
    boolean inOrder = mask == 0 ? bit == 1 : node.mark.value() == mark.value() - 1;
    if (!inOrder) {
      score -= mask == 0 ? 2.5 : 0.7;
    }
    if (first != null) {
      score -= unlike(first, mark);
    }
    return new Node(
        node, mark, score, node.number, mask | bit, node.question, first == null ? mark : first);
  }

  /** What it costs to end the question at hand, because it is not whole. */
  private static double closing(Shadow cell, Node node, int end) {
    if (node.mark == null) {
      return 0;
    }
    double cost = isBlank(cell, node.mark, end) ? FAULT : 0;
    if (node.mask == 0) {
      return cost + 0.5;
    }
    return (node.mask & 15) == 15 ? cost - WHOLE : cost + FAULT;
  }

  private static boolean isBlank(Shadow cell, Mark mark, int end) {
    return cell.skipBlanks(Math.min(mark.end(), end)) >= end;
  }

  private static int kind(Mark mark) {
    return switch (mark.style()) {
      case BRACKET -> 1;
      case WORD -> 2;
      default -> 0;
    };
  }

  private static double unlike(Mark first, Mark mark) {
    double cost = 0;
    if (first.style().lower() != mark.style().lower()) {
      cost += 4;
    } else if (first.style() != mark.style()) {
      boolean bare = first.style() == Mark.Style.BARE || mark.style() == Mark.Style.BARE;
      cost += bare ? 1 : 0.4;
    }
    return cost;
  }

  /** The nodes that are gone on with, few enough to be sorted in their places. */
  private static final class Nodes {
    private final Node[] of = new Node[2 * WIDTH];
    private int count;

    void add(Node node) {
      of[count++] = node;
    }

    /** Adds the best of some nodes, at most two of a state. */
    void addBestPerState(Nodes found) {
      found.sort();
      int from = count;
      for (int i = 0; i < found.count && count - from < WIDTH; i++) {
        Node node = found.of[i];
        int same = 0;
        for (int k = from; k < count; k++) {
          same += of[k].mask == node.mask && of[k].number == node.number ? 1 : 0;
        }
        if (same < 2) {
          add(node);
        }
      }
    }

    void prune() {
      double best = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        best = Math.max(best, of[i].score);
      }
      double least = best - REACH;
      int kept = 0;
      for (int i = 0; i < count; i++) {
        if (of[i].score >= least) {
          of[kept++] = of[i];
        }
      }
      count = kept;
      if (count > WIDTH) {
        sort();
        count = WIDTH;
      }
    }

    /** Sorts the best first and leaves those of one score in their order. */
    private void sort() {
      for (int i = 1; i < count; i++) {
        Node node = of[i];
        int at = i;
        while (at > 0 && of[at - 1].score < node.score) {
          of[at] = of[at - 1];
          at--;
        }
        of[at] = node;
      }
    }
  }
}
