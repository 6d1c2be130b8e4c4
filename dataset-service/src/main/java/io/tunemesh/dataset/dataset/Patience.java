package io.tunemesh.dataset.dataset;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Rejects the datasets whose sources did not come in time. */
@ApplicationScoped
public class Patience {

  private static final Logger LOG = Logger.getLogger(Patience.class);
  private static final String OVERDUE =
      "SELECT id FROM dataset WHERE status = 'WAITING' AND deadline < now()"
          + " ORDER BY created_at LIMIT 50 FOR UPDATE SKIP LOCKED";

  private final Datasets datasets;
  private final DatasetConfig config;
  private final EntityManager database;
  private final CountDownLatch stopping = new CountDownLatch(1);

  Patience(Datasets datasets, DatasetConfig config, EntityManager database) {
    this.datasets = datasets;
    this.config = config;
    this.database = database;
  }

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("dataset-patience").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stopping.countDown();
  }

  private void run() {
    try {
      if (stopping.await(config.firstCheck().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      do {
        check();
      } while (!stopping.await(1, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check() {
    try {
      QuarkusTransaction.requiringNew().run(this::rejectOverdue);
    } catch (RuntimeException e) {
      LOG.warnf("Overdue datasets wait: %s", e.getMessage());
    }
  }

  private void rejectOverdue() {
    List<?> overdue = database.createNativeQuery(OVERDUE, String.class).getResultList();
    overdue.forEach(id -> datasets.overdue(Dataset.findById(id)));
  }
}
