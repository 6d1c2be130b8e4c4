package io.tunemesh.dataset.exam;

/**
 * The three cells of one workbook row, as they were typed; an absent cell is an empty string.
 *
 * @param text the reading text
 * @param options all questions of the text with their options
 * @param answers all answers of those questions
 */
public record ExamCells(String text, String options, String answers) {
  public ExamCells {
    text = text == null ? "" : text;
    options = options == null ? "" : options;
    answers = answers == null ? "" : answers;
  }
}
