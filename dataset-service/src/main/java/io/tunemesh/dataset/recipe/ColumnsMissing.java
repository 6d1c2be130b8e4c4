package io.tunemesh.dataset.recipe;

/**
 * No sheet of a source has the columns that its recipe needs. The message names those that were
 * found and those that are needed.
 */
public class ColumnsMissing extends Exception {

  private final String sheet;
  private final Integer headerRow;

  ColumnsMissing(String message, String sheet, Integer headerRow) {
    super(message);
    this.sheet = sheet;
    this.headerRow = headerRow;
  }

  /** The sheet to look at; null where the source has none. */
  public String sheet() {
    return sheet;
  }

  /** The row where its header was found; null where the source has no sheet. */
  public Integer headerRow() {
    return headerRow;
  }
}
