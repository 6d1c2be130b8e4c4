package io.tunemesh.inference.quota;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Loop;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * How many replicas let questions in, by a row that each renews; one that was killed counts for
 * some seconds. While the database is away the last known number holds.
 */
@ApplicationScoped
class Replicas {

  private static final Logger LOG = Logger.getLogger(Replicas.class);
  private static final Duration PERIOD = Duration.ofSeconds(4);
  private static final int GONE_AFTER_S = 12;

  private static final String LOOK =
      "WITH mine AS (INSERT INTO gateway_replica (id, seen_at) VALUES (?, clock_timestamp())"
          + " ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()),"
          + " gone AS (DELETE FROM gateway_replica"
          + " WHERE id <> ? AND seen_at < clock_timestamp() - make_interval(secs => ?))"
          + " SELECT 1 + count(*) FROM gateway_replica"
          + " WHERE id <> ? AND seen_at >= clock_timestamp() - make_interval(secs => ?)";

  private final AgroalDataSource database;
  private final String id;
  private final Loop looking;
  private volatile int count = 1;

  Replicas(AgroalDataSource database, Replica replica) {
    this.database = database;
    this.id = replica.id();
    this.looking = new Loop("gateway-replicas", PERIOD, this::look);
  }

  void start(@Observes StartupEvent event) {
    looking.start();
  }

  void stop(@Observes ShutdownEvent event) {
    looking.close();
    try (var connection = database.getConnection();
        var delete = connection.prepareStatement("DELETE FROM gateway_replica WHERE id = ?")) {
      delete.setString(1, id);
      delete.executeUpdate();
    } catch (SQLException e) {
      LOG.warnf("A replica that goes still counts for some seconds, cause=%s", e);
    }
  }

  /** This replica's part of {@code limit}, which all of them together do not exceed; 1 at least. */
  int part(int limit) {
    return Math.max(1, limit / count);
  }

  /** Counts them anew; a look that began earlier never comes later. */
  synchronized void look() {
    try (var connection = database.getConnection();
        var look = connection.prepareStatement(LOOK)) {
      look.setString(1, id);
      look.setString(2, id);
      look.setDouble(3, GONE_AFTER_S);
      look.setString(4, id);
      look.setDouble(5, GONE_AFTER_S);
      try (var row = look.executeQuery()) {
        row.next();
        count = row.getInt(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the replicas cannot be counted now", e);
    }
  }
}
