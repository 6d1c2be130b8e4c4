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

  private static final String TO_PURGE =
      """
      SELECT id, tenant, version FROM dataset
      WHERE status = 'DELETED' AND NOT purged AND (lease_until IS NULL OR lease_until < now())
      ORDER BY random() LIMIT 20
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

  /**
   * The attempt is over; a dataset that was deleted meanwhile is to be purged of what it stored.
   */
  void over(Claim claim) {
    database
        .createNativeQuery(
            "UPDATE dataset SET purged = false, version = version + 1"
                + " WHERE id = :id AND status = 'DELETED'")
        .setParameter("id", claim.id())
        .executeUpdate();
  }

  /**
   * Deleted datasets whose blobs may still be there, and whose last lease has run out. Any of them,
   * so that those which cannot be purged do not stand before the others.
   */
  @SuppressWarnings("unchecked")
  List<Deleted> toPurge() {
    List<Object[]> found = database.createNativeQuery(TO_PURGE, Object[].class).getResultList();
    return found.stream()
        .map(row -> new Deleted((String) row[0], (String) row[1], ((Number) row[2]).longValue()))
        .toList();
  }

  /** Notes that the blobs of a deleted dataset are gone, unless an attempt has ended since. */
  void purged(Deleted dataset) {
    database
        .createNativeQuery("UPDATE dataset SET purged = true WHERE id = :id AND version = :version")
        .setParameter("id", dataset.id())
        .setParameter("version", dataset.version())
        .executeUpdate();
  }

  /** A deleted dataset, as it was when it was found. */
  record Deleted(String id, String tenant, long version) {}

  private Dataset locked(Claim claim) {
    return database.find(Dataset.class, claim.id(), LockModeType.PESSIMISTIC_WRITE);
  }
}
