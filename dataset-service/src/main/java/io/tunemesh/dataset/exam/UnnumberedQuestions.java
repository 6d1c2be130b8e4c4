package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Reads a cell that lost all its question numbers, as Word's automatic numbering does when it is
 * copied. Only the plainest form is read: a stem on one line, its options A to D in order or with
 * two of them exchanged, every part on lines of its own, at least two questions, and as many
 * answers. The numbers are those of the answers, or count from one.
 */
final class UnnumberedQuestions {
  private static final int SHORTEST_STEM = 6;

  private UnnumberedQuestions() {}

  /** The questions, or none where the cell is not of this form. */
  static List<Question> read(Shadow cell, Shadow answers) {
    if (holdsNumberedLine(cell)) {
      return List.of();
    }
    List<String> stems = new ArrayList<>();
    List<String[]> sets = new ArrayList<>();
    String[] open = null;
    int p = 0;
    while (p <= cell.length()) {
      int end = p;
      while (end < cell.length() && cell.at(end) != '\n') {
        end++;
      }
      int from = cell.skipSpaces(p);
      if (from < end) {
        Mark mark = LetterMarks.at(cell, letterAt(cell, from));
        boolean option = mark != null && mark.start() == from && mark.gain() >= 1.5;
        if (option && mark.value() < 4 && open != null && mark.end() < end) {
          if (open[mark.value()] != null || holdsMarker(cell, mark.end(), end)) {
            return List.of();
          }
          open[mark.value()] = cell.slice(mark.end(), end);
        } else if (option || holdsMarker(cell, from, end) || end - from < SHORTEST_STEM) {
          return List.of();
        } else {
          if (open != null && !isWhole(open)) {
            return List.of();
          }
          stems.add(cell.slice(from, end));
          open = new String[4];
          sets.add(open);
        }
      }
      p = end + 1;
    }
    if (sets.size() < 2 || !isWhole(open) || new HashSet<>(stems).size() < stems.size()) {
      return List.of();
    }
    int number = firstNumber(answers, sets.size());
    var questions = new ArrayList<Question>();
    for (int i = 0; i < sets.size(); i++) {
      if (new HashSet<>(List.of(sets.get(i))).size() < 4) {
        return List.of();
      }
      questions.add(new Question(number + i, stems.get(i), List.of(sets.get(i))));
    }
    return number < 1 ? List.of() : questions;
  }

  private static boolean holdsNumberedLine(Shadow cell) {
    for (int i = cell.begin(0); i >= 0; i = cell.begin(i + 1)) {
      Mark mark = Glyphs.isDigit(cell.at(i)) ? NumberMarks.at(cell, i) : null;
      if (mark != null && mark.place() == Place.LINE && mark.gain() > -1) {
        return true;
      }
    }
    return false;
  }

  private static int letterAt(Shadow cell, int from) {
    return cell.at(from) == '(' || cell.at(from) == '[' ? cell.skipSpaces(from + 1) : from;
  }

  private static boolean isWhole(String[] options) {
    for (String option : options) {
      if (option == null || option.isBlank()) {
        return false;
      }
    }
    return true;
  }

  /** True where a further option may begin within a line, so that the line is not one part. */
  private static boolean holdsMarker(Shadow cell, int from, int to) {
    for (int p = from; p < to; p++) {
      char c = cell.at(p);
      Mark mark = c >= 'A' && c <= 'E' && p > from ? LetterMarks.at(cell, p) : null;
      if (mark != null && mark.gain() >= 2.2 && mark.start() > from) {
        return true;
      }
    }
    return false;
  }

  /**
   * The number of the first answer where the answers count up one for each question, or 1, or 0.
   */
  private static int firstNumber(Shadow answers, int count) {
    int first = 0;
    int next = 0;
    for (AnswerEntry entry : AnswerEntries.in(answers)) {
      if (entry.letters().isEmpty() || entry.gain() < 1.5) {
        continue;
      }
      if (first == 0) {
        first = entry.first();
        next = first;
      }
      if (entry.first() != next) {
        return 0;
      }
      next = entry.last() + 1;
    }
    return first == 0 ? 1 : next - first == count ? first : 0;
  }
}
