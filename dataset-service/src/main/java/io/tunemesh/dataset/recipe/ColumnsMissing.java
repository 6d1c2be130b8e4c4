package io.tunemesh.dataset.recipe;

/**
 * No sheet of a source has the columns that its recipe or a filter needs. The message names those
 * that were found and those that are needed.
 */
public class ColumnsMissing extends Exception {

  private final String field;
  private final String sheet;
  private final Integer headerRow;

  /**
   * @param field what to mend in the source's specification, as {@code columns}
   */
  public ColumnsMissing(String field, String message, String sheet, Integer headerRow) {
    super(message);
    this.field = field;
    this.sheet = sheet;
    this.headerRow = headerRow;
  }

  /** The field of the source, as {@code columns}. */
  public String field() {
    return field;
  }

  /** The sheet to look at; null where the source has none. */
  public String sheet() {
    return sheet;
  }

  /** The row where its header was found; null where there is none. */
  public Integer headerRow() {
    return headerRow;
  }
}
