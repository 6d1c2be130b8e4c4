package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.UploadParsed.Column;
import java.util.List;

/** What became of rows: every row is in exactly one outcome. */
public sealed interface Outcome {

  /**
   * An example.
   *
   * @param at the row that it stands for, the last of those that it shows
   * @param from the first row that it shows, in the same sheet
   * @param rows the rows that are used by it and were not used by an example before; empty where
   *     one row gave several examples and this is not the first
   */
  record Kept(Place at, int from, List<Place> rows, Example example) implements Outcome {

    /** The same rows with their example changed. */
    public Kept with(Example changed) {
      return new Kept(at, from, rows, changed);
    }

    /** An example of one row. */
    static Kept row(Place at, Example example) {
      return new Kept(at, at.row(), List.of(at), example);
    }
  }

  /**
   * A row that is not used.
   *
   * @param code stable, for counting, as {@code answer_missing}
   * @param column the cell's column; null where the fault is of the whole row
   * @param reason what to mend
   */
  record Refused(Place at, String code, Column column, String reason) implements Outcome {}
}
