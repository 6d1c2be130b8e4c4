package io.tunemesh.dataset.exam;

/**
 * Ends the reading of a row with the reason for which it is refused; it never leaves the reader.
 */
final class Refusing extends Exception {
  private static final long serialVersionUID = 1;

  private final Refusal code;
  private final ExamColumn column;
  private final String reason;
  private final transient Object[] values;

  private Refusing(Refusal code, ExamColumn column, String reason, Object[] values) {
    super(reason, null, false, false);
    this.code = code;
    this.column = column;
    this.reason = reason;
    this.values = values;
  }

  /** Names the cell to mend and says how, in a format of some values. */
  static Refusing of(Refusal code, ExamColumn column, String reason, Object... values) {
    return new Refusing(code, column, reason, values);
  }

  static Refusing options(Refusal code, String reason, Object... values) {
    return of(code, ExamColumn.OPTIONS, reason, values);
  }

  static Refusing answers(Refusal code, String reason, Object... values) {
    return of(code, ExamColumn.ANSWERS, reason, values);
  }

  /** Only what a row is refused for in the end is put into words. */
  ExamRow.Refused refused() {
    return new ExamRow.Refused(code, column, reason.formatted(values));
  }
}
