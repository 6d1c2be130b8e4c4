package io.tunemesh.platform.db;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** Locks on names, for things that have no row yet. */
@ApplicationScoped
public class Locks {

  private final EntityManager database;

  Locks(EntityManager database) {
    this.database = database;
  }

  /** Waits until no other transaction holds {@code name}, and holds it until this one ends. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void take(String name) {
    database
        .createNativeQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:name, 0))")
        .setParameter("name", name)
        .getSingleResult();
  }
}
