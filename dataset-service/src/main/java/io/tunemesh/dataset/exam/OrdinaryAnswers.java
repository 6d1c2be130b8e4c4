package io.tunemesh.dataset.exam;

import java.util.List;

/**
 * Takes the answers of a cell in which nothing has to be weighed: the entries, in the order of the
 * questions, give each single-choice question one letter and no other question any. To leave one of
 * them out costs a reading more than {@link AnswerSearch} asks of a lead, and none is left over.
 */
final class OrdinaryAnswers {
  /** What parts a number from its letter is shorter. */
  private static final int FAR = 16;

  /** Below this fit a letter may belong to an explanation. */
  private static final double UNFIT = -1.5;

  private static final CharClass APART = CharClass.of(" \t.。;,、");
  private static final CharClass DELIMITERS = CharClass.of(".、):");

  private final Shadow cell;
  private final List<Question> questions;
  private final char[] letters;
  private int answered = -1;

  /** The question whose answer is next, and where the entry before it ends. */
  private int next;

  private int end;

  private OrdinaryAnswers(Shadow cell, List<Question> questions) {
    this.cell = cell;
    this.questions = questions;
    this.letters = new char[questions.size()];
  }

  /**
   * For each question the letter of its answer, or 0 where it has no options.
   *
   * @return null where the cell is not of this kind
   */
  static char[] in(Shadow cell, List<Question> questions) {
    var answers = new OrdinaryAnswers(cell, questions);
    boolean given = answers.scan() && answers.areWhole();
    return given && Conclusions.in(cell).isEmpty() ? answers.letters : null;
  }

  private boolean scan() {
    for (int i = cell.begin(0); i >= 0; i = cell.begin(i + 1)) {
      if (!Glyphs.isDigit(cell.at(i)) || takePlain(i)) {
        continue;
      }
      AnswerEntry entry = AnswerEntries.at(cell, i, answered);
      if (entry != null) {
        if (!take(entry)) {
          return false;
        }
        answered = entry.letters().isEmpty() ? answered : entry.end();
        i = entry.isRun() ? Math.max(i, entry.end() - 1) : i;
      }
    }
    return true;
  }

  /**
   * Takes a number that opens a line, or that only stops and spaces part from the answer before it,
   * with one letter behind it: nothing else can be meant.
   *
   * @return false where the number is to be looked at closely
   */
  private boolean takePlain(int digits) {
    if (next >= letters.length
        || digits < end
        || !questions.get(next).isChoice()
        || !isApart(digits)) {
      return false;
    }
    int after = digits;
    int number = 0;
    while (Glyphs.isDigit(cell.at(after)) && after - digits < 4) {
      number = number * 10 + cell.at(after) - '0';
      after++;
    }
    char delimiter = cell.at(after);
    int at = cell.skipSpaces(DELIMITERS.holds(delimiter) ? after + 1 : after);
    char letter = cell.at(at);
    if (number != questions.get(next).number()
        || number > NumberMarks.HIGHEST
        || letter < 'A'
        || letter > 'D'
        || at - after > FAR
        || Glyphs.isLatin(cell.at(at + 1))
        || AnswerFit.of(cell, at) < UNFIT) {
      return false;
    }
    letters[next++] = letter;
    answered = at + 1;
    end = answered;
    return true;
  }

  private boolean isApart(int digits) {
    if (cell.at(digits - 1) == '\n') {
      return true;
    }
    int p = digits;
    while (p > answered && APART.holds(cell.at(p - 1))) {
      p--;
    }
    return p == answered;
  }

  private boolean take(AnswerEntry entry) {
    int index = indexOf(entry.first());
    boolean words = entry.letters().isEmpty();
    if (index < 0 && words) {
      return true;
    }
    if (index < next || entry.start() < end) {
      return false;
    }
    if (words ? questions.get(index).isChoice() : !give(entry, index)) {
      return false;
    }
    next = index + 1 + entry.last() - entry.first();
    end = entry.end();
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
