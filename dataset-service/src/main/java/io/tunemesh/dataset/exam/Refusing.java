package io.tunemesh.dataset.exam;

/**
 * Ends the reading of a row with the reason for which it is refused; it never leaves the reader.
 */
final class Refusing extends Exception {
  private static final long serialVersionUID = 1;

  private final transient ExamRow.Refused refused;

  Refusing(Refusal code, ExamColumn column, String reason) {
    super(reason, null, false, false);
    this.refused = new ExamRow.Refused(code, column, reason);
  }

  ExamRow.Refused refused() {
    return refused;
  }
}
