package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.exam.Language;
import java.util.List;
import java.util.Map;

/** What became of one row: every row has exactly one. */
public sealed interface Outcome {

  /**
   * A row that becomes an example.
   *
   * @param text the reading text; it alone decides the part that the example falls into
   * @param output what the model is to write
   * @param columns where each part of the row stood, by role ({@code text}, {@code options}, {@code
   *     answers})
   */
  record Kept(
      Language language,
      String text,
      String output,
      List<Item> items,
      List<ExamRow.Note> leftOut,
      Map<String, Column> columns)
      implements Outcome {}

  /**
   * A row that is not used.
   *
   * @param code stable, for counting, as {@code answer_missing}
   * @param column the cell's column; null where the fault is of the whole row
   * @param reason what to mend
   */
  record Refused(String code, Column column, String reason) implements Outcome {}
}
