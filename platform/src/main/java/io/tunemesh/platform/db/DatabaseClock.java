package io.tunemesh.platform.db;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;

/** The database's time, so that replicas whose clocks differ agree on what is due. */
@ApplicationScoped
public class DatabaseClock {

  private final EntityManager database;

  DatabaseClock(EntityManager database) {
    this.database = database;
  }

  /** The start of the current transaction. */
  public Instant now() {
    return (Instant) database.createNativeQuery("SELECT now()", Instant.class).getSingleResult();
  }
}
