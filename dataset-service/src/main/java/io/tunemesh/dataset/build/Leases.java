package io.tunemesh.dataset.build;

import io.tunemesh.dataset.augment.GenerationEnded;
import io.tunemesh.dataset.dataset.BuildProgress;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetConfig;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.LeaseRows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Hands out the datasets that are to be built, each to one worker at a time. */
@ApplicationScoped
@Transactional
class Leases {

  private static final String CLAIMABLE =
      """
      SELECT * FROM dataset next
      WHERE status = 'BUILDING' AND (lease_until IS NULL OR lease_until < now())
      ORDER BY (SELECT max(started_at) FROM dataset WHERE tenant = next.tenant) NULLS FIRST,
        created_at
      LIMIT 1 FOR UPDATE OF next SKIP LOCKED
      """;

  private final EntityManager database;
  private final DatabaseClock clock;
  private final LeaseRows rows;
  private final DatasetConfig config;

  Leases(EntityManager database, DatabaseClock clock, LeaseRows rows, DatasetConfig config) {
    this.database = database;
    this.clock = clock;
    this.rows = rows;
    this.config = config;
  }

  /**
   * A dataset that waits for a worker, if any does: of the tenant whose turn was longest ago, the
   * oldest, so that a large stock of one tenant is no wall before the others.
   */
  Optional<Claim> claim(String owner) {
    List<?> found = database.createNativeQuery(CLAIMABLE, Dataset.class).getResultList();
    return found.stream()
        .map(dataset -> ((Dataset) dataset).claim(owner, clock.now(), config.lease()))
        .findFirst();
  }

  /**
   * Keeps the dataset for one more lease, and tells how far its build is.
   *
   * @throws LeaseLost if it is another's by now
   */
  void renew(Claim claim, BuildProgress progress) {
    rows.renew("dataset", claim, config.lease());
    database
        .createNativeQuery("UPDATE dataset SET progress = :progress WHERE id = :id")
        .setParameter("progress", JsonText.of(progress))
        .setParameter("id", claim.id())
        .executeUpdate();
  }

  /** How many builds of the dataset failed in a row before this one. */
  int failures(Claim claim) {
    return database.find(Dataset.class, claim.id()).failures();
  }

  /** Lets the dataset be tried again, by whoever comes first, after a pause. */
  void failed(Claim claim, Duration pause) {
    locked(claim).failed(claim.fence(), clock.now().plus(pause));
  }

  /** Lets the dataset be tried again after a pause, at no fault of its own. */
  void waits(Claim claim, Duration pause, String why) {
    locked(claim).waits(claim.fence(), clock.now().plus(pause), why);
  }

  /** A dataset that waits for answers may go on: the last is there. */
  void wake(@Observes GenerationEnded ended) {
    database
        .createNativeQuery(
            "UPDATE dataset SET lease_until = NULL"
                + " WHERE id = :id AND status = 'BUILDING' AND lease_owner IS NULL")
        .setParameter("id", ended.datasetId())
        .executeUpdate();
  }

  private Dataset locked(Claim claim) {
    return database.find(Dataset.class, claim.id(), LockModeType.PESSIMISTIC_WRITE);
  }
}
