package io.tunemesh.dataset.exam;

import java.util.List;

/** What became of one workbook row: kept with its questions, or refused with the cell to mend. */
public sealed interface ExamRow {

  /**
   * A row whose every item has a stem, the options A to D and one answer among them.
   *
   * @param language the language of the row, found from its content
   * @param text the reading text in the author's characters
   * @param items the single-choice questions in the order of the paper, at least one
   * @param leftOut the questions that are no single-choice questions and are therefore not in items
   */
  record Kept(Language language, String text, List<Item> items, List<Note> leftOut)
      implements ExamRow {
    public Kept {
      items = List.copyOf(items);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * A row that is not used, because its cells do not say one certain thing.
   *
   * @param code a stable name of the kind of fault, for counting
   * @param column the cell to look at
   * @param reason a sentence that tells a person what to mend
   */
  record Refused(Refusal code, ExamColumn column, String reason) implements ExamRow {}

  /**
   * A question that was left out of a kept row.
   *
   * @param number its number in the paper
   * @param stem its words
   * @param reason why it is not an item
   */
  record Note(int number, String stem, String reason) {}
}
