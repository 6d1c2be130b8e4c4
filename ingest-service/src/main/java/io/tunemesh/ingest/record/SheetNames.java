package io.tunemesh.ingest.record;

import io.tunemesh.contract.upload.UploadParsed;

/**
 * The names of the sheets and columns of one file, of which no more are held than the one event
 * that tells of them can have.
 */
public final class SheetNames {

  /** Of an event's 900,000 bytes, each character needs one at least. */
  private static final int MOST = 900_000;

  /** Beside its names: {@code {"name":"","letter":""},}. */
  private static final int COLUMN = 24;

  /** Beside its name: {@code {"name":"","header_row":0,"columns":[],"rows":0},}. */
  private static final int SHEET = 49;

  private long characters;

  /** Takes in those of a sheet; refuses it if they are too many. */
  public void add(UploadParsed.Sheet sheet) {
    characters += SHEET + sheet.name().length();
    for (UploadParsed.Column column : sheet.columns()) {
      characters += COLUMN + column.name().length() + column.letter().length();
    }
    if (characters > MOST) {
      throw Unreadable.file(
          "too_large",
          "The names of all sheets and columns are too long together; shorten the headers, or split"
              + " the file.");
    }
  }
}
