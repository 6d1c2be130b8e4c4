package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A tenant with a large stock of datasets, and another with one. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class TurnsTest {

  private static final Instant LONG_AGO = Instant.now().minus(3650, ChronoUnit.DAYS);

  @Inject Leases leases;
  @Inject EntityManager database;

  private final String run = UUID.randomUUID().toString();

  @Test
  void buildsWhatAnotherTenantAskedForBeforeTheStockOfTheLast() {
    // Rolled back, so that no worker of this process sees any of it.
    QuarkusTransaction.begin();
    try {
      String first = waiting("many", 0);
      waiting("many", 1);
      waiting("many", 2);
      String newer = waiting("one", 3);

      assertThat(leases.claim("me").map(Claim::id)).hasValue(first);
      assertThat(leases.claim("me").map(Claim::id)).hasValue(newer);
    } finally {
      QuarkusTransaction.rollback();
    }
  }

  @Test
  void countsNoBuildThatOnlyWaited() {
    QuarkusTransaction.begin();
    try {
      String first = waiting("many", 0);
      String other = waiting("one", 3);
      Claim split = leases.claim("me").orElseThrow();
      assertThat(split.id()).isEqualTo(first);
      Dataset dataset = database.find(Dataset.class, first);
      dataset.waits(split.fence(), Instant.now().minusSeconds(1), "its chunks are read");
      database.flush();

      assertThat(leases.claim("me").map(Claim::id)).hasValue(first);
      assertThat(leases.claim("me").map(Claim::id)).hasValue(other);
    } finally {
      QuarkusTransaction.rollback();
    }
  }

  /** A dataset that nobody builds yet. */
  private String waiting(String tenant, int day) {
    String id = "ds-%s-%d".formatted(run, day);
    database
        .createNativeQuery(
            """
            INSERT INTO dataset (id, tenant, plan, status, created_at, deadline, version)
            VALUES (:id, :tenant, '{}', 'BUILDING', :created, :created, 0)
            """)
        .setParameter("id", id)
        .setParameter("tenant", tenant + run)
        .setParameter("created", LONG_AGO.plus(day, ChronoUnit.DAYS))
        .executeUpdate();
    return id;
  }
}
