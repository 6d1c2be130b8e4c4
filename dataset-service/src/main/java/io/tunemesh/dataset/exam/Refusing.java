package io.tunemesh.dataset.exam;

/**
 * Ends the reading of a row with the reason for which it is refused; it never leaves the reader.
 */
final class Refusing extends Exception {
  private static final long serialVersionUID = 1;

  /** The length of %d and %s. */
  private static final int PLACE = 2;

  /** So much longer a reason may get by its values. */
  private static final int ROOM = 32;

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

  /** Names the cell to mend and says how; {@code %d} and {@code %s} stand for the values. */
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
    return new ExamRow.Refused(code, column, filled());
  }

  /** Put together by hand, for a formatter took 2 % of the time of all rows. */
  private String filled() {
    var out = new StringBuilder(reason.length() + ROOM);
    int copied = 0;
    for (Object value : values) {
      int at = reason.indexOf('%', copied);
      out.append(reason, copied, at).append(value);
      copied = at + PLACE;
    }
    return out.append(reason, copied, reason.length()).toString();
  }
}
