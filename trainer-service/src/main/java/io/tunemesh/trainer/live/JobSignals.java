package io.tunemesh.trainer.live;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.db.OwnConnection;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Wakes those who watch a job when its history has a new line, whichever replica wrote it: the
 * database notifies at the commit, and one connection of each replica listens. A signal may be
 * missed while that connection is away, so that watchers look by themselves now and then.
 */
@ApplicationScoped
class JobSignals {

  private static final int LISTEN_MS = 1000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final OwnConnection database;
  private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();
  private final Loop loop = new Loop("job-signals", PAUSE, this::listen);
  private volatile boolean ended;

  JobSignals(OwnConnection database) {
    this.database = database;
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    ended = true;
    loop.close();
  }

  /** Begins to watch a job. */
  Watch watch(String jobId) {
    Watch watch = new Watch(jobId);
    watches.compute(
        jobId,
        (id, all) -> {
          Set<Watch> with = all == null ? ConcurrentHashMap.newKeySet() : all;
          with.add(watch);
          return with;
        });
    return watch;
  }

  private void listen() {
    try (Connection connection = database.open("job-signals");
        Statement listen = connection.createStatement()) {
      listen.execute("LISTEN \"job_event_" + database.schema() + "\"");
      PGConnection notifications = connection.unwrap(PGConnection.class);
      while (!ended) {
        PGNotification[] heard = notifications.getNotifications(LISTEN_MS);
        for (PGNotification one : heard == null ? new PGNotification[0] : heard) {
          watches.getOrDefault(one.getParameter(), Set.of()).forEach(Watch::signal);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database cannot be listened to: " + e.getMessage(), e);
    }
  }

  /** One who watches a job. A signal while nobody waits is heard by the next wait. */
  final class Watch implements AutoCloseable {

    private final String jobId;
    private final Semaphore signals = new Semaphore(0);

    private Watch(String jobId) {
      this.jobId = jobId;
    }

    void signal() {
      signals.release();
    }

    /** Waits for a signal, at most so long. */
    void await(Duration limit) throws InterruptedException {
      if (signals.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        signals.drainPermits();
      }
    }

    @Override
    public void close() {
      watches.computeIfPresent(
          jobId,
          (id, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }
}
