package io.tunemesh.platform.db;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;

/**
 * Tells a replica that a table has changed, whoever changed it: at once by PostgreSQL's {@code
 * NOTIFY} on the channel {@code changes_<schema>} with the table's name, and after a lost
 * connection or the poll's period in any case. One connection serves all tables.
 */
@ApplicationScoped
public class ChangeNotices {

  private static final Logger LOG = Logger.getLogger(ChangeNotices.class);
  private static final int RECONNECT_MS = 500;

  private final OwnConnection database;
  private final Duration poll;
  private final Map<String, Runnable> readers = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private Thread thread;

  ChangeNotices(
      OwnConnection database,
      @ConfigProperty(name = "tunemesh.changes.poll", defaultValue = "5s") Duration poll) {
    this.database = database;
    this.poll = poll;
  }

  /** Runs {@code reader} when {@code table} has changed or may have; call it before start-up. */
  public void on(String table, Runnable reader) {
    readers.put(table, reader);
  }

  /** After those that register their readers at start-up. */
  void start(@Observes @Priority(5000) StartupEvent event) {
    if (!readers.isEmpty()) {
      thread = Thread.ofPlatform().name("change-notices").daemon().start(this::run);
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    if (thread != null) {
      thread.interrupt();
      thread.join(2000);
    }
  }

  private void run() {
    while (!stopping) {
      try (Connection connection = database.open("change-notices")) {
        listen(connection);
      } catch (SQLException | RuntimeException e) {
        if (!stopping) {
          LOG.warnf("Changes are not told: %s", e.getMessage());
          pause();
        }
      }
    }
  }

  private void listen(Connection connection) throws SQLException {
    try (Statement listen = connection.createStatement()) {
      listen.execute("LISTEN \"changes_" + database.schema() + "\"");
    }
    PGConnection notifications = connection.unwrap(PGConnection.class);
    readers.values().forEach(ChangeNotices::read);
    while (!stopping) {
      var told = notifications.getNotifications((int) poll.toMillis());
      if (told == null || told.length == 0) {
        readers.values().forEach(ChangeNotices::read);
      } else {
        Arrays.stream(told)
            .map(notice -> readers.get(notice.getParameter()))
            .filter(Objects::nonNull)
            .distinct()
            .forEach(ChangeNotices::read);
      }
    }
  }

  /** What one reader cannot read now comes with the next poll, and holds up no other. */
  private static void read(Runnable reader) {
    try {
      reader.run();
    } catch (RuntimeException e) {
      LOG.warnf("A changed table cannot be read now: %s", e.getMessage());
    }
  }

  private void pause() {
    try {
      Thread.sleep(RECONNECT_MS);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }
}
