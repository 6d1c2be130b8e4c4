package io.tunemesh.ingest.workbook;

/** Columns by their letters: A is 0, AA is 26. */
final class Letters {

  /** XFD, the last column that Excel has. */
  static final int MAX_COLUMN = 16383;

  private Letters() {}

  /** How many letters its name has. */
  static final int MAX_LENGTH = 3;

  /** The letters of {@code column}. */
  static String of(int column) {
    StringBuilder letters = new StringBuilder();
    for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
      letters.insert(0, (char) ('A' + (rest - 1) % 26));
    }
    return letters.toString();
  }

  /** Whether {@code c} can stand in the name of a column. */
  static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
