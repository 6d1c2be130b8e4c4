package io.tunemesh.ingest.workbook;

/** Columns by their letters: A is 0, AA is 26. */
final class Letters {

  /** XFD, the last column that Excel has. */
  static final int MAX_COLUMN = 16383;

  private Letters() {}

  /** The column of a reference such as {@code AB12}, or -1 if there is none. */
  static int column(String reference) {
    int column = 0;
    int i = 0;
    while (i < reference.length() && i < 4 && isLetter(reference.charAt(i))) {
      column = column * 26 + (reference.charAt(i) | 0x20) - 'a' + 1;
      i++;
    }
    return column - 1 > MAX_COLUMN ? -1 : column - 1;
  }

  /** The letters of {@code column}. */
  static String of(int column) {
    StringBuilder letters = new StringBuilder();
    for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
      letters.insert(0, (char) ('A' + (rest - 1) % 26));
    }
    return letters.toString();
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
