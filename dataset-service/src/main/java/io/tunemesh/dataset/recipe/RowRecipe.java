package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;
import java.util.List;

/** A recipe that reads each row by itself. */
final class RowRecipe implements Recipe {

  /** Reads one row whose sheet has all the columns that are needed. */
  interface Reader {
    Example read(Row row) throws Unusable;
  }

  private final Sheets sheets;
  private final Reader reader;

  RowRecipe(Sheets sheets, Reader reader) {
    this.sheets = sheets;
    this.reader = reader;
  }

  @Override
  public boolean isRowByRow() {
    return true;
  }

  @Override
  public List<Outcome> read(SourceRecord record) {
    try {
      return List.of(Outcome.Kept.row(Place.of(record), reader.read(sheets.row(record))));
    } catch (Unusable e) {
      return List.of(sheets.refusal(record, e));
    }
  }

  @Override
  public List<Outcome> end() {
    return List.of();
  }
}
