package io.tunemesh.dataset.dataset;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;

/** Rejects the datasets whose sources did not come in time. */
@ApplicationScoped
public class Patience {

  private static final String OVERDUE =
      "SELECT id FROM dataset WHERE status = 'WAITING' AND deadline < now()"
          + " ORDER BY created_at LIMIT 50 FOR UPDATE SKIP LOCKED";

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

  @Transactional
  void rejectOverdue() {
    List<?> overdue = database.createNativeQuery(OVERDUE, String.class).getResultList();
    overdue.forEach(id -> awaiting.overdue(Dataset.findById(id)));
  }
}
