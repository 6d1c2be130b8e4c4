package io.tunemesh.trainer.job;

import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.LeaseRows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who may work on a job. Of any number of replicas one gets it; a lease that runs out frees it; a
 * write under an old fence is refused. Times are the database's, so that replicas need not agree.
 */
@ApplicationScoped
@Transactional
public class Leases {

  private static final String CLAIMABLE =
      """
      SELECT * FROM training_job
      WHERE (status = 'QUEUED' AND (not_before IS NULL OR not_before <= now()))
         OR (status = 'RUNNING'
             AND (lease_until < now() OR lease_owner = ANY (string_to_array(:dead, chr(10)))))
      ORDER BY queued_at, id LIMIT 1
      FOR UPDATE SKIP LOCKED
      """;

  private final EntityManager database;
  private final DatabaseClock clock;
  private final LeaseRows rows;
  private final Lifecycle lifecycle;

  Leases(EntityManager database, DatabaseClock clock, LeaseRows rows, Lifecycle lifecycle) {
    this.database = database;
    this.clock = clock;
    this.rows = rows;
    this.lifecycle = lifecycle;
  }

  /**
   * Takes the job that has waited longest: a queued one, or one whose lease ran out or whose owner
   * is among {@code dead}. A job that was to be cancelled or paused when its worker died is so now,
   * and is not claimed.
   */
  public Optional<Claim> claim(String owner, Collection<String> dead, Duration lease) {
    List<?> found =
        database
            .createNativeQuery(CLAIMABLE, TrainingJob.class)
            .setParameter("dead", String.join("\n", dead))
            .getResultList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    TrainingJob job = (TrainingJob) found.getFirst();
    if (job.wanted != null) {
      fulfil(job);
      return Optional.empty();
    }
    return Optional.of(job.claim(owner, clock.now(), lease));
  }

  /** The owners of the leases that are held now. */
  public List<String> owners() {
    return TrainingJob.<TrainingJob>list("status", JobStatus.RUNNING).stream()
        .map(job -> job.lease.owner())
        .distinct()
        .toList();
  }

  /**
   * Makes the lease last {@code lease} from now.
   *
   * @throws LeaseLost if another claim was made, or the job is running no more
   */
  public void renew(Claim claim, Duration lease) {
    rows.renew("training_job", claim, lease);
  }

  /**
   * What the owner of the job wants of its worker.
   *
   * @throws LeaseLost as {@link #renew}
   */
  public Optional<Wanted> wanted(Claim claim) {
    return Optional.ofNullable(held(claim, LockModeType.NONE).wanted);
  }

  /**
   * Runs {@code write} in one transaction with the job's row locked.
   *
   * @throws LeaseLost if the fence is stale; nothing is written then
   */
  public void holding(Claim claim, Consumer<TrainingJob> write) {
    write.accept(held(claim, LockModeType.PESSIMISTIC_WRITE));
  }

  /** Does what the owner wanted of a worker that is there no more. */
  void fulfil(TrainingJob job) {
    if (job.wanted == Wanted.CANCEL) {
      lifecycle.cancel(job);
    } else {
      lifecycle.pause(job);
    }
  }

  private TrainingJob held(Claim claim, LockModeType lock) {
    TrainingJob job = database.find(TrainingJob.class, claim.id(), lock);
    if (job == null || !job.lease.isHeldUnder(claim.fence()) || job.status != JobStatus.RUNNING) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
    return job;
  }
}
