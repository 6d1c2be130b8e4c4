package io.tunemesh.trainer.job;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The idle workers of all replicas that have a base model loaded, as far as they live. */
@ApplicationScoped
@Transactional
public class Seats {

  private final EntityManager database;

  Seats(EntityManager database) {
    this.database = database;
  }

  /** The worker goes on waiting. */
  void idle(Seated worker) {
    if (worker.base() == null) {
      return;
    }
    database
        .createNativeQuery(
            """
            INSERT INTO idle_seat (id, base, until)
            VALUES (:id, :base, now() + make_interval(secs => :s))
            ON CONFLICT (id) DO UPDATE SET base = excluded.base, until = excluded.until
            """)
        .setParameter("id", worker.seat())
        .setParameter("base", worker.base())
        .setParameter("s", worker.returns().toMillis() / 1000.0)
        .executeUpdate();
  }

  /** The worker has a job. */
  void taken(Seated worker) {
    database
        .createNativeQuery("DELETE FROM idle_seat WHERE id = :id")
        .setParameter("id", worker.seat())
        .executeUpdate();
  }

  /** The base models that other idle workers have loaded. */
  Set<String> elsewhere(Seated worker) {
    List<?> bases =
        database
            .createNativeQuery(
                "SELECT DISTINCT base FROM idle_seat WHERE id <> :id AND until > now()",
                String.class)
            .setParameter("id", worker.seat())
            .getResultList();
    return bases.stream().map(String.class::cast).collect(Collectors.toSet());
  }

  /** Forgets workers that are long gone. */
  public void clear() {
    database
        .createNativeQuery("DELETE FROM idle_seat WHERE until < now() - interval '1 minute'")
        .executeUpdate();
  }
}
