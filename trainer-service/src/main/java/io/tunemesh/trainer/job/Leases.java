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
import java.time.Instant;
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

  private static final String ABANDONED =
      """
      SELECT * FROM training_job
      WHERE status = 'RUNNING'
        AND (wanted IS NOT NULL OR model = ANY (string_to_array(:models, chr(10))))
        AND (lease_until < now() OR lease_owner = ANY (string_to_array(:dead, chr(10))))
      ORDER BY queued_at, id LIMIT 1
      FOR UPDATE SKIP LOCKED
      """;

  private final EntityManager database;
  private final DatabaseClock clock;
  private final LeaseRows rows;
  private final Lifecycle lifecycle;
  private final Queue queue;
  private final Seats seats;
  private final BaseModels models;

  Leases(
      EntityManager database,
      DatabaseClock clock,
      LeaseRows rows,
      Lifecycle lifecycle,
      Queue queue,
      Seats seats,
      BaseModels models) {
    this.database = database;
    this.clock = clock;
    this.rows = rows;
    this.lifecycle = lifecycle;
    this.queue = queue;
    this.seats = seats;
    this.models = models;
  }

  /**
   * Takes a job: one whose lease ran out or whose owner is among {@code dead}, for what it has done
   * already is waiting; else the queue's next. Only jobs whose base model this replica has are
   * given out, for others may have another list. A job that was to be cancelled or paused when its
   * worker died is so now, and is not claimed.
   *
   * @param worker that is to have it; it is known to wait until it gets one
   */
  public Optional<Claim> claim(
      String owner, Collection<String> dead, Seated worker, Duration lease) {
    Optional<TrainingJob> found = abandoned(dead).or(() -> queue.next(owner, worker));
    if (found.isEmpty()) {
      seats.idle(worker);
      return Optional.empty();
    }
    TrainingJob job = found.get();
    if (job.wanted != null) {
      lifecycle.fulfil(job);
      return Optional.empty();
    }
    seats.taken(worker);
    Instant now = clock.now();
    String leftBy = job.lease.owner();
    Instant since = job.lease.until();
    Claim claim = job.claim(owner, now, lease);
    lifecycle.claimed(job, claim, leftBy, since, now);
    return Optional.of(claim);
  }

  private Optional<TrainingJob> abandoned(Collection<String> dead) {
    List<?> found =
        database
            .createNativeQuery(ABANDONED, TrainingJob.class)
            .setParameter("dead", String.join("\n", dead))
            .setParameter("models", String.join("\n", models.ids()))
            .getResultList();
    return found.stream().findFirst().map(TrainingJob.class::cast);
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

  private TrainingJob held(Claim claim, LockModeType lock) {
    TrainingJob job = database.find(TrainingJob.class, claim.id(), lock);
    if (job == null || !job.lease.isHeldUnder(claim.fence()) || job.status != JobStatus.RUNNING) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
    return job;
  }
}
