package io.tunemesh.platform.table;

/**
 * Keeps a spreadsheet from taking a text for a formula, as OWASP's page on CSV injection advises: a
 * cell that begins with one of its characters gets an apostrophe before it. One that begins with
 * apostrophes and then such a character gets another one, so that taking one away from each cell of
 * either kind gives back every text.
 */
public final class Formulas {

  /** The full-width ones are formulas where Excel speaks Chinese or Japanese. */
  private static final String FIRST = "=+-@\t\r\n\0＝＋－＠";

  private Formulas() {}

  /** The cell as a spreadsheet takes it for a text. */
  public static String neutral(String cell) {
    int i = 0;
    while (i < cell.length() && cell.charAt(i) == '\'') {
      i++;
    }
    return i < cell.length() && FIRST.indexOf(cell.charAt(i)) >= 0 ? "'" + cell : cell;
  }
}
