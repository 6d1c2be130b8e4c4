package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the numbers of the parts (1), (2) of a question that asks for words. They count up from 1
 * right behind the number of their question, and no option stands among or after them.
 */
final class SubQuestions {
  private SubQuestions() {}

  /** The marks without the numbers of parts. */
  static List<Mark> without(List<Mark> marks) {
    List<Mark> clear = new ArrayList<>();
    for (Mark mark : marks) {
      if (mark.isClear() && (mark.gain() > 0 || !mark.question())) {
        clear.add(mark);
      }
    }
    Set<Mark> parts = new HashSet<>();
    for (int i = 1; i < clear.size(); i++) {
      Mark question = clear.get(i - 1);
      if (question.question()) {
        int end = endOfParts(clear, i);
        while (end > i + 1 && !goesOn(clear, end, question.value() + 1)) {
          end--;
        }
        if (end > i + 1) {
          parts.addAll(clear.subList(i, end));
        }
      }
    }
    return parts.isEmpty() ? marks : marks.stream().filter(m -> !parts.contains(m)).toList();
  }

  /** True at the end of the cell, and where the next question begins. */
  private static boolean goesOn(List<Mark> clear, int at, int next) {
    return at == clear.size() || clear.get(at).question() && clear.get(at).value() == next;
  }

  /** The index behind numbers in brackets that count up from 1, beginning at an index. */
  private static int endOfParts(List<Mark> clear, int from) {
    int at = from;
    while (at < clear.size()
        && clear.get(at).question()
        && clear.get(at).style() == Mark.Style.BRACKET
        && clear.get(at).value() == at - from + 1) {
      at++;
    }
    return at;
  }
}
