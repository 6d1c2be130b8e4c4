package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The explanations that follow once every answer has been given: their letters answer nothing. */
final class AnswerNotes {
  private static final WordList LABELS =
      WordList.of("[解析", "解析", "[详解", "详解", "[分析", "[点评", "答案解析", "explanation", "analysis");

  /** The gain from which a number owns the words after it. */
  static final double OWNED = 1.5;

  private AnswerNotes() {}

  /** The entries, those among the explanations without a letter unless it stands for itself. */
  static List<AnswerEntry> withoutLetters(
      Shadow cell, List<AnswerEntry> entries, List<Question> choices) {
    Set<Integer> open = choices.stream().map(Question::number).collect(Collectors.toSet());
    var done = new HashSet<Integer>();
    int from = -1;
    int looked = 0;
    var plain = new ArrayList<AnswerEntry>();
    for (AnswerEntry entry : entries) {
      if (from < 0 && open.isEmpty() && !done.isEmpty()) {
        from = label(cell, looked, entry.start());
        looked = Math.max(looked, entry.start());
      }
      if (from >= 0
          && done.contains(entry.first())
          && entry.isSingleLetter()
          && !standsAlone(cell, entry.end())) {
        double gain = entry.gain() >= 1 ? Math.max(entry.gain(), OWNED) : entry.gain();
        plain.add(
            new AnswerEntry(entry.first(), entry.last(), entry.start(), entry.end(), "", gain));
        continue;
      }
      if (!entry.letters().isEmpty() && entry.gain() >= 0) {
        for (int number = entry.first(); number <= entry.last(); number++) {
          if (open.remove(number)) {
            done.add(number);
            looked = entry.end();
          }
        }
      }
      plain.add(entry);
    }
    return plain;
  }

  private static int label(Shadow cell, int from, int to) {
    for (int p = from; p < to; p++) {
      if (LABELS.endAt(cell, p) > 0) {
        return p;
      }
    }
    return -1;
  }

  private static boolean standsAlone(Shadow cell, int after) {
    int next = cell.skipSpaces(after);
    char c = cell.at(next);
    return c == '\n' || c == '[' || Glyphs.isDigit(c) || cell.startsWith("解析", next);
  }

  /** True where the cell ends after an answer, or the next number follows it. */
  static boolean isFollowedByNumber(Shadow cell, int after) {
    int p = cell.at(after) == '项' ? after + 1 : after;
    while (p < cell.length() && ".。,;、)](第[ \t".indexOf(cell.at(p)) >= 0) {
      p++;
    }
    return cell.at(p) == '\n' || Glyphs.isDigit(cell.at(p));
  }
}
