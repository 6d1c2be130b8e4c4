package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the entries of an answers cell that together answer the questions in their order. The
 * result says which entry answers which question and by how much it beats the next reading that
 * gives other letters.
 */
final class AnswerSearch {
  static final char NONE = '-';
  static final char WORDS = '?';
  static final char MANY = '*';
  static final char MISCOUNTED = '#';

  /** One sign a question: a letter A to H, or one of the signs above. */
  record Reading(String signs, List<AnswerEntry> used, double lead) {}

  private record Node(Node previous, AnswerEntry entry, int done, double score, String signs) {}

  private final List<Question> questions;

  AnswerSearch(List<Question> questions) {
    this.questions = questions;
  }

  Reading best(List<AnswerEntry> entries) {
    int states = questions.size() + 1;
    var best = new ArrayList<List<Node>>();
    for (int i = 0; i < states; i++) {
      best.add(new ArrayList<>());
    }
    best.get(0).add(new Node(null, null, 0, 0, ""));
    for (AnswerEntry entry : entries) {
      int index = indexOf(entry.first());
      if (index < 0) {
        continue;
      }
      for (int done = index; done >= 0; done--) {
        for (Node node : List.copyOf(best.get(done))) {
          if (node.entry == null || node.entry.end() <= entry.start()) {
            Node next = use(node, entry, index);
            keep(best.get(next.done), next);
          }
        }
      }
    }
    Node first = null;
    Node second = null;
    for (List<Node> nodes : best) {
      for (Node node : nodes) {
        Node end = finish(node);
        if (first == null || end.score > first.score) {
          second = first == null || first.signs.equals(end.signs) ? second : first;
          first = end;
        } else if (!end.signs.equals(first.signs) && (second == null || end.score > second.score)) {
          second = end;
        }
      }
    }
    var used = new ArrayList<AnswerEntry>();
    for (Node node = first; node != null; node = node.previous) {
      if (node.entry != null && (used.isEmpty() || used.getFirst() != node.entry)) {
        used.addFirst(node.entry);
      }
    }
    double lead = second == null ? Double.POSITIVE_INFINITY : first.score - second.score;
    return new Reading(first.signs, used, lead);
  }

  int indexOf(int number) {
    for (int i = 0; i < questions.size(); i++) {
      if (questions.get(i).number() == number) {
        return i;
      }
    }
    return -1;
  }

  private Node use(Node node, AnswerEntry entry, int index) {
    Node skipped = skip(node, index);
    double score = skipped.score + entry.gain() + (index == node.done ? 1.5 : 0);
    if (entry.isRun()) {
      return run(node, entry, index, score, skipped.signs);
    }
    boolean choice = questions.get(index).isChoice();
    char sign;
    if (entry.letters().isEmpty()) {
      sign = WORDS;
      score -= choice ? 5 : 0;
    } else if (entry.letters().length() > 1) {
      sign = choice ? MANY : WORDS;
      score -= choice ? 2 : 0;
    } else {
      sign = choice ? entry.letters().charAt(0) : WORDS;
      score -= choice ? 0 : 2;
    }
    return new Node(node, entry, index + 1, score, skipped.signs + sign);
  }

  private Node run(Node node, AnswerEntry entry, int index, double score, String signs) {
    int count = entry.last() - entry.first() + 1;
    var given = new StringBuilder(signs);
    boolean fits = entry.letters().length() == count && index + count <= questions.size();
    int covered = 0;
    while (covered < count
        && index + covered < questions.size()
        && questions.get(index + covered).number() <= entry.last()) {
      Question question = questions.get(index + covered);
      fits &= question.isChoice() && question.number() == entry.first() + covered;
      covered++;
    }
    fits &= covered == count;
    for (int i = 0; i < covered; i++) {
      given.append(fits ? entry.letters().charAt(i) : MISCOUNTED);
    }
    double total = score + (fits ? (count - 1) * 3.0 : -3);
    return new Node(node, entry, index + covered, total, given.toString());
  }

  private Node skip(Node node, int to) {
    double score = node.score;
    var signs = new StringBuilder(node.signs);
    for (int i = node.done; i < to; i++) {
      score -= questions.get(i).isChoice() ? 4 : 0.3;
      signs.append(questions.get(i).isChoice() ? NONE : WORDS);
    }
    return new Node(node.previous, node.entry, to, score, signs.toString());
  }

  private Node finish(Node node) {
    return skip(node, questions.size());
  }

  /** Keeps the two best nodes that give different answers. */
  private static void keep(List<Node> nodes, Node next) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).signs.equals(next.signs)) {
        if (nodes.get(i).score < next.score) {
          nodes.set(i, next);
        }
        return;
      }
    }
    nodes.add(next);
    if (nodes.size() > 2) {
      Node worst = nodes.get(0);
      for (Node node : nodes) {
        worst = node.score < worst.score ? node : worst;
      }
      nodes.remove(worst);
    }
  }
}
