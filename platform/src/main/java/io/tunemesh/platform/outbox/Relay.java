package io.tunemesh.platform.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.db.OwnConnection;
import io.tunemesh.platform.event.Inbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;

/**
 * Sends what lies in the outbox, in order, from one replica at a time, and keeps the inbox from
 * growing for ever. A session lock in PostgreSQL is the lease: it ends with the connection, so
 * another replica takes over as soon as this one dies.
 */
@ApplicationScoped
public class Relay {

  private static final Logger LOG = Logger.getLogger(Relay.class);
  private static final int POLL_MS = 1000;
  private static final Duration SWEEP_EVERY = Duration.ofHours(1);

  private final OwnConnection database;
  private final OutboxSender sender;
  private volatile boolean stopping;
  private Thread thread;

  Relay(OwnConnection database, OutboxSender sender) {
    this.database = database;
    this.sender = sender;
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofPlatform().name("outbox-relay").daemon().start(this::run);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    thread.join(5000);
  }

  private void run() {
    while (!stopping) {
      try (Connection connection = database.open("outbox-relay")) {
        if (lease(connection)) {
          relay(connection);
        } else {
          pause();
        }
      } catch (SQLException | RuntimeException | OutOfMemoryError e) {
        if (!stopping) {
          LOG.warnf("The outbox waits: %s", e.getMessage());
          pause();
        }
      }
    }
  }

  private void relay(Connection connection) throws SQLException {
    try (Statement listen = connection.createStatement()) {
      listen.execute("LISTEN \"outbox_" + database.schema() + "\"");
    }
    PGConnection notifications = connection.unwrap(PGConnection.class);
    Instant sweep = Instant.now();
    while (!stopping) {
      if (sender.sendBatch(connection) == 0) {
        notifications.getNotifications(POLL_MS);
      }
      if (!Instant.now().isBefore(sweep)) {
        Inbox.forgetOld(connection);
        sweep = Instant.now().plus(SWEEP_EVERY);
      }
    }
  }

  private boolean lease(Connection connection) throws SQLException {
    try (var query =
        connection.prepareStatement("SELECT pg_try_advisory_lock(hashtextextended(?, 0))")) {
      query.setString(1, "outbox:" + database.schema());
      try (var result = query.executeQuery()) {
        return result.next() && result.getBoolean(1);
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }
}
