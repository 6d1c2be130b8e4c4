package io.tunemesh.contract;

/**
 * The place a refusal is about. Every part that does not apply is null; {@code row} counts from 1
 * as a spreadsheet shows it.
 */
public record Where(String file, String sheet, Integer row, String column, String field) {

  /** A place that is a whole file. */
  public static Where file(String file) {
    return new Where(file, null, null, null, null);
  }

  /** A place that is a field of a specification, as {@code dataset.sources[0].recipe}. */
  public static Where field(String field) {
    return new Where(null, null, null, null, field);
  }
}
