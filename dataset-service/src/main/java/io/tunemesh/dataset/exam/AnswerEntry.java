package io.tunemesh.dataset.exam;

/**
 * A place in an answers cell that may give the answer of one question, or of a run of questions.
 *
 * @param first the number of the (first) question
 * @param last the number of the last question, equal to first for a single one
 * @param start where the number begins
 * @param end where the text after the answer begins
 * @param letters the answers, or nothing where words follow the number
 * @param gain how much it looks like an answer given; below zero it looks like an explanation
 */
record AnswerEntry(int first, int last, int start, int end, String letters, double gain) {
  boolean isRun() {
    return last > first;
  }

  boolean isSingleLetter() {
    return !isRun() && letters.length() == 1;
  }
}
