package io.tunemesh.ingest.record;

import io.tunemesh.contract.Where;

/**
 * A file that cannot be read as it is. The code is for programs; the message says to its owner what
 * to do.
 */
public class Unreadable extends RuntimeException {

  private final String code;
  private final String sheet;
  private final Integer row;
  private final String column;

  private Unreadable(String code, String reason, String sheet, Integer row, String column) {
    super(reason);
    this.code = code;
    this.sheet = sheet;
    this.row = row;
    this.column = column;
  }

  /** The whole file. */
  public static Unreadable file(String code, String reason) {
    return new Unreadable(code, reason, null, null, null);
  }

  /**
   * A place in a sheet.
   *
   * @param row null when it is about the whole sheet
   * @param column its letter; null when it is about the whole row
   */
  public static Unreadable at(
      String sheet, Integer row, String column, String code, String reason) {
    return new Unreadable(code, reason, sheet, row, column);
  }

  /** The same, in the file {@code member} of an archive. */
  public Unreadable within(String member) {
    String place = sheet == null || sheet.isEmpty() ? member : member + "/" + sheet;
    return new Unreadable(code, member + ": " + getMessage(), place, row, column);
  }

  public String code() {
    return code;
  }

  /** The place, in the file that its owner calls {@code filename}. */
  public Where where(String filename) {
    return new Where(filename, sheet, row, column, null);
  }
}
