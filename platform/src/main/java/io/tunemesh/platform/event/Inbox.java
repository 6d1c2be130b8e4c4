package io.tunemesh.platform.event;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;

/** Remembers the events whose effect is committed, so that a second delivery has none. */
@ApplicationScoped
public class Inbox {

  private final AgroalDataSource database;

  Inbox(AgroalDataSource database) {
    this.database = database;
  }

  /**
   * Takes {@code eventId}, an envelope's key, in the current transaction. False if its effect was
   * committed before; of two that try at once, the second waits for the first's transaction.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public boolean firstTime(String eventId) {
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO inbox (event_id) VALUES (?) ON CONFLICT DO NOTHING")) {
      insert.setString(1, eventId);
      return insert.executeUpdate() == 1;
    } catch (SQLException e) {
      throw new IllegalStateException("the inbox cannot be read", e);
    }
  }

  /** Whether the effect of {@code eventId} is committed. */
  public boolean has(String eventId) {
    try (var connection = database.getConnection();
        var query = connection.prepareStatement("SELECT 1 FROM inbox WHERE event_id = ?")) {
      query.setString(1, eventId);
      try (var result = query.executeQuery()) {
        return result.next();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the inbox cannot be read", e);
    }
  }

  /** Forgets what came more than 30 days ago, which is longer than a topic keeps its events. */
  public static void forgetOld(Connection connection) throws SQLException {
    try (var delete =
        connection.prepareStatement(
            "DELETE FROM inbox WHERE received_at < now() - interval '30 days'")) {
      delete.executeUpdate();
    }
  }
}
