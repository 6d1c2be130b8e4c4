package io.tunemesh.inference.job;

import io.tunemesh.contract.Event;
import io.tunemesh.inference.file.Files;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the workers write of jobs. A change and its event are committed together; each carries the
 * worker's claim, and a claim that is over throws {@link LeaseLost}.
 */
@ApplicationScoped
class ClaimedJobs {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final EntityManager entities;
  private final Outbox outbox;
  private final RowResults results;
  private final Files files;
  private final JobTypes types;
  private final JobConfig config;
  private final Replica replica;
  private final DatabaseClock clock;

  ClaimedJobs(
      EntityManager entities,
      Outbox outbox,
      RowResults results,
      Files files,
      JobTypes types,
      JobConfig config,
      Replica replica,
      DatabaseClock clock) {
    this.entities = entities;
    this.outbox = outbox;
    this.results = results;
    this.files = files;
    this.types = types;
    this.config = config;
    this.replica = replica;
    this.clock = clock;
  }

  /**
   * Takes a job that may be worked on; no other replica gets it. The tenant for whom least is done
   * now comes first, and then the job that has been due for longest, so that those which come back
   * again and again in vain leave every other its turn.
   */
  @Transactional
  Optional<RowJob> claim() {
    List<?> due =
        entities
            .createNativeQuery(
                """
                SELECT id FROM row_job j
                WHERE status IN ('VALIDATING', 'IN_PROGRESS', 'FINALIZING', 'CANCELLING')
                  AND not_before <= now() AND (lease_until IS NULL OR lease_until < now())
                ORDER BY (SELECT count(*) FROM row_job o
                          WHERE o.tenant = j.tenant AND o.lease_until >= now()), not_before, seq
                LIMIT 1
                FOR UPDATE OF j SKIP LOCKED
                """)
            .getResultList();
    if (due.isEmpty()) {
      return Optional.empty();
    }
    RowJob job = RowJob.findById(due.getFirst());
    job.lease.take(job.id, replica.id(), clock.now().plus(config.lease()));
    return Optional.of(job);
  }

  /** The input is sound. */
  @Transactional
  RowJob begin(Claim claim, long rows) {
    RowJob job = held(claim);
    if (job.status == JobStatus.VALIDATING) {
      job.begin(rows, clock.now());
      publish(job, facts(job).progressed(job));
    }
    return job;
  }

  /** Adds what became of some rows, and tells how far the job is if it is time to. */
  @Transactional
  RowJob record(Claim claim, List<RowResult> finished) {
    RowJob job = held(claim);
    List<RowResult> added = results.add(job.id, finished);
    if (added.isEmpty()) {
      return job;
    }
    long ok = added.stream().filter(RowResult::ok).count();
    job.count(ok, added.size() - ok);
    Instant now = clock.now();
    Instant told = job.times.progressed;
    if (told == null || told.plus(config.progressEvery()).isBefore(now)) {
      job.times.progressed = now;
      publish(job, facts(job).progressed(job));
    }
    return job;
  }

  /** The state of a job that is worked on. */
  @Transactional
  RowJob look(Claim claim) {
    return held(claim);
  }

  /** Whether it was asked for longer ago than that. */
  @Transactional
  boolean isOlder(RowJob job, Duration age) {
    return job.times.created.plus(age).isBefore(clock.now());
  }

  /** No more rows are asked; hands over the files that are made. */
  @Transactional
  void finish(Claim claim, JobStatus as, Made output, Made errors) {
    RowJob job = held(claim);
    job.finish(as, handOver(job, output), handOver(job, errors), clock.now());
  }

  private String handOver(RowJob job, Made made) {
    return made == null
        ? null
        : files.handOver(
            job.scope(), made.name(), made.filename(), Files.BATCH_OUTPUT, null, made.blob());
  }

  /** Its files are there. */
  @Transactional
  void end(Claim claim) {
    RowJob job = held(claim);
    job.end(clock.now());
    JobFacts facts = facts(job);
    publish(
        job,
        switch (job.outcome) {
          case COMPLETED -> facts.completed(job);
          case EXPIRED -> facts.failed(job, reason("expired", expired(job)));
          default -> facts.failed(job, reason("cancelled", "It was cancelled."));
        });
    results.forget(job.id);
  }

  /** It cannot be done. */
  @Transactional
  void fail(Claim claim, List<JobProblem> why) {
    RowJob job = held(claim);
    job.fail(why, clock.now());
    publish(job, facts(job).failed(job, why.getFirst()));
    results.forget(job.id);
  }

  /** Gives the job back for {@code pause}. */
  @Transactional
  void rest(Claim claim, Duration pause) {
    held(claim).rest(pause, clock.now());
  }

  /** Gives a job back of which some rows are left for later, as {@link #setBack(Claim)} does. */
  @Transactional
  void setBack(Claim claim, Left left) {
    held(claim).left = left;
    setBack(claim);
  }

  /** Gives a job back that could not go on, for longer each time that it comes to nothing. */
  @Transactional
  void setBack(Claim claim) {
    RowJob job = held(claim);
    Duration pause = new Backoff(FIRST_PAUSE, config.longestPause()).after(job.faults++);
    job.rest(pause, clock.now());
  }

  private String expired(RowJob job) {
    return types.of(job.kind).expired(job).detail();
  }

  private static JobProblem reason(String code, String message) {
    return new JobProblem(code, message, null, null);
  }

  private JobFacts facts(RowJob job) {
    return types.of(job.kind).facts();
  }

  private void publish(RowJob job, Event fact) {
    outbox.publish(job.scope(), fact);
  }

  private RowJob held(Claim claim) {
    RowJob job = RowJob.findById(claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (job == null || !job.lease.isHeldUnder(claim.fence())) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
    job.expired = job.times.expires.isBefore(clock.now());
    return job;
  }
}
