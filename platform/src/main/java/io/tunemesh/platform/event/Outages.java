package io.tunemesh.platform.event;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.stream.Stream;

/** What a failure of the database tells of: its absence, or data that it cannot hold. */
public final class Outages {

  private Outages() {}

  /**
   * Whether the database was away or full when {@code e} was thrown: by SQLSTATE class 08
   * (connection), 53 (resources) or 57 (shut down), a broken socket, or a pool that gave no
   * connection, which has no state.
   */
  public static boolean isOutage(Throwable e) {
    return causes(e)
        .anyMatch(
            cause ->
                cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof SQLException sql
                        && (sql.getSQLState() == null || in(sql, "08", "53", "57")));
  }

  /** Whether no database would ever take the data: SQLSTATE class 22, as text with a NUL. */
  static boolean isUnstorable(Throwable e) {
    return causes(e).anyMatch(cause -> cause instanceof SQLException sql && in(sql, "22"));
  }

  /** The innermost cause, in words. */
  static String root(Throwable e) {
    return causes(e).reduce((outer, inner) -> inner).orElse(e).toString();
  }

  private static boolean in(SQLException e, String... classes) {
    return e.getSQLState() != null && Stream.of(classes).anyMatch(e.getSQLState()::startsWith);
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause).limit(20);
  }
}
