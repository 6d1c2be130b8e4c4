package io.tunemesh.dataset.dataset;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.List;

/** Rejects the datasets whose sources did not come in time. */
@ApplicationScoped
public class Patience {

  private static final String OVERDUE =
      "SELECT id FROM dataset WHERE status = 'WAITING' AND deadline < now()";
  private static final String STILL = OVERDUE + " AND id = ?1 FOR UPDATE SKIP LOCKED";

  private final Awaiting awaiting;
  private final DatasetConfig config;
  private final EntityManager database;
  private final Loop loop =
      new Loop("dataset-patience", Duration.ofSeconds(1), this::rejectOverdue);

  Patience(Awaiting awaiting, DatasetConfig config, EntityManager database) {
    this.awaiting = awaiting;
    this.config = config;
    this.database = database;
  }

  void start(@Observes StartupEvent event) {
    loop.start(config.firstCheck());
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  /** Each in a transaction of its own, so that one that cannot be rejected keeps none waiting. */
  private void rejectOverdue() {
    List<?> overdue =
        QuarkusTransaction.requiringNew()
            .call(() -> database.createNativeQuery(OVERDUE, String.class).getResultList());
    RuntimeException failure = null;
    for (int i = 0; i < overdue.size() && loop.goesOn(); i++) {
      Object id = overdue.get(i);
      try {
        QuarkusTransaction.requiringNew().run(() -> reject(id));
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void reject(Object id) {
    Query still = database.createNativeQuery(STILL, String.class).setParameter(1, id);
    still.getResultList().forEach(found -> awaiting.overdue(Dataset.findById(found)));
  }
}
