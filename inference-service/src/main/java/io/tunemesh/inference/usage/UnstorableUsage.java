package io.tunemesh.inference.usage;

import java.sql.SQLException;

/** The database refuses a row for what is in it, so that it would be refused again. */
final class UnstorableUsage extends RuntimeException {

  UnstorableUsage(SQLException cause) {
    super("the database refuses the usage: " + cause.getMessage(), cause);
  }

  /** Whether it is the data's fault: SQL's classes 22, data exception, and 54, limit exceeded. */
  static boolean isToldBy(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("54"));
  }
}
