package io.tunemesh.dataset.exam;

import java.util.List;

/**
 * Takes the answers of a cell in which nothing has to be weighed: the entries, in the order of the
 * questions, give each single-choice question one letter and no other question any. To leave one of
 * them out costs a reading more than {@link AnswerSearch} asks of a lead, and none is left over.
 */
final class OrdinaryAnswers {
  private final List<Question> questions;
  private final char[] letters;

  private OrdinaryAnswers(List<Question> questions) {
    this.questions = questions;
    this.letters = new char[questions.size()];
  }

  /**
   * For each question the letter of its answer, or 0 where it has no options.
   *
   * @return null where the cell is not of this kind
   */
  static char[] in(Shadow cell, List<Question> questions, List<AnswerEntry> entries) {
    var answers = new OrdinaryAnswers(questions);
    boolean given = answers.take(entries) && answers.areWhole();
    return given && !Conclusions.any(cell) ? answers.letters : null;
  }

  private boolean take(List<AnswerEntry> entries) {
    int next = 0;
    int end = 0;
    for (AnswerEntry entry : entries) {
      int index = indexOf(entry.first());
      boolean words = entry.letters().isEmpty();
      if (index < 0 && words) {
        continue;
      }
      if (index < next || entry.start() < end) {
        return false;
      }
      if (words ? questions.get(index).isChoice() : !give(entry, index)) {
        return false;
      }
      next = index + 1 + entry.last() - entry.first();
      end = entry.end();
    }
    return true;
  }

  /** Gives the letters of an entry to its questions; false where they do not fit. */
  private boolean give(AnswerEntry entry, int index) {
    int count = entry.last() - entry.first() + 1;
    if (entry.gain() < 0 || entry.letters().length() != count || index + count > questions.size()) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      Question question = questions.get(index + i);
      char letter = entry.letters().charAt(i);
      boolean fits = question.isChoice() && question.number() == entry.first() + i;
      if (!fits || letter < 'A' || letter > 'D') {
        return false;
      }
      letters[index + i] = letter;
    }
    return true;
  }

  private boolean areWhole() {
    for (int i = 0; i < letters.length; i++) {
      if (letters[i] == 0 && questions.get(i).isChoice()) {
        return false;
      }
    }
    return true;
  }

  private int indexOf(int number) {
    for (int i = 0; i < questions.size(); i++) {
      if (questions.get(i).number() == number) {
        return i;
      }
    }
    return -1;
  }
}
