package io.tunemesh.inference.job;

import io.tunemesh.inference.file.FileTold;
import io.tunemesh.inference.file.Files;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The jobs of all tenants. A change and its event are committed together; what a worker writes
 * carries its claim, and a claim that is over throws {@link LeaseLost}.
 */
@ApplicationScoped
public class RowJobs {

  /** How long after a request an SDK may send it again. */
  private static final Duration SOON = Duration.ofMinutes(10);

  private final EntityManager entities;
  private final Outbox outbox;
  private final RowResults results;
  private final Files files;
  private final Tasks tasks;
  private final JobConfig config;
  private final Replica replica;
  private final DatabaseClock clock;
  private final Event<JobReady> ready;

  RowJobs(
      EntityManager entities,
      Outbox outbox,
      RowResults results,
      Files files,
      Tasks tasks,
      JobConfig config,
      Replica replica,
      DatabaseClock clock,
      Event<JobReady> ready) {
    this.entities = entities;
    this.outbox = outbox;
    this.results = results;
    this.files = files;
    this.tasks = tasks;
    this.config = config;
    this.replica = replica;
    this.clock = clock;
    this.ready = ready;
  }

  /** Adds a job; one whose id is known is left as it is. */
  @Transactional
  public RowJob add(NewJob asked) {
    RowJob known = RowJob.findById(asked.id());
    if (known != null) {
      return known;
    }
    RowJob job = RowJob.of(asked, clock.now());
    job.persist();
    ready.fire(new JobReady());
    return job;
  }

  /**
   * Adds a job that came over HTTP; what the client sends again because the answer was lost is the
   * job that it asked for before.
   */
  @Transactional
  public RowJob add(NewJob asked, Resent resent) {
    String tenant = asked.scope().tenant();
    if (resent.key() != null) {
      String cause = tenant + "\n" + asked.caller() + "\n" + resent.key();
      return add(asked.named(Ids.derived(asked.id().replaceFirst("_.*", "_"), cause)));
    }
    if (resent.again()) {
      Optional<RowJob> before =
          RowJob.<RowJob>find(
                  "tenant = ?1 and kind = ?2 and caller = ?3 and inputFile = ?4 and spec = ?5"
                      + " and createdAt > ?6 order by seq desc",
                  tenant,
                  asked.kind(),
                  asked.caller(),
                  asked.inputFile(),
                  asked.spec(),
                  clock.now().minus(SOON))
              .firstResultOptional();
      if (before.isPresent()) {
        return before.get();
      }
    }
    return add(asked);
  }

  /** Adds a job that came by event and cannot be done at all. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void refuse(NewJob asked, JobProblem why) {
    if (RowJob.findById(asked.id()) == null) {
      RowJob job = RowJob.of(asked, clock.now());
      job.fail(List.of(why), clock.now());
      job.persist();
      outbox.publish(job.scope(), tasks.of(job.kind()).failed(job, why));
    }
  }

  /** The tenant's job of that id. */
  @Transactional
  public RowJob find(String tenant, JobKind kind, String id) {
    return RowJob.<RowJob>find("id = ?1 and tenant = ?2 and kind = ?3", id, tenant, kind)
        .firstResultOptional()
        .orElseThrow(() -> Refusal.notFound(tasks.of(kind).noun(), id));
  }

  /**
   * Up to {@code limit} jobs of a tenant, newest first.
   *
   * @param after the id of the last one seen; null for the start
   */
  @Transactional
  public List<RowJob> list(String tenant, JobKind kind, String after, int limit) {
    long from = after == null ? Long.MAX_VALUE : find(tenant, kind, after).seq;
    return RowJob.<RowJob>find(
            "tenant = ?1 and kind = ?2 and seq < ?3 order by seq desc", tenant, kind, from)
        .range(0, limit - 1)
        .list();
  }

  /** Its owner wants the job no more; rows that are answered stay answered. */
  @Transactional
  public RowJob cancel(String tenant, JobKind kind, String id) {
    RowJob job = find(tenant, kind, id);
    entities.refresh(job, LockModeType.PESSIMISTIC_WRITE);
    job.cancel(clock.now());
    ready.fire(new JobReady());
    return job;
  }

  /**
   * Takes a job that may be worked on; no other replica gets it. The tenant for whom least is done
   * now comes first, and then the oldest job.
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
                          WHERE o.tenant = j.tenant AND o.lease_until >= now()), seq
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
  RowJob begin(Claim claim, long rows, List<String> columns) {
    RowJob job = held(claim);
    if (job.status == JobStatus.VALIDATING) {
      job.begin(rows, columns, clock.now());
      outbox.publish(job.scope(), tasks.of(job.kind).progressed(job));
    }
    return job;
  }

  /** Adds what became of some rows, and tells how far the job is if it is time to. */
  @Transactional
  RowJob record(Claim claim, List<RowResult> finished) {
    RowJob job = held(claim);
    List<RowResult> added = results.add(job.id, finished);
    long ok = added.stream().filter(RowResult::ok).count();
    job.count(ok, added.size() - ok);
    Instant now = clock.now();
    if (!added.isEmpty()
        && (job.progressedAt == null
            || job.progressedAt.plus(config.progressEvery()).isBefore(now))) {
      job.progressedAt = now;
      outbox.publish(job.scope(), tasks.of(job.kind).progressed(job));
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
    return job.createdAt.plus(age).isBefore(clock.now());
  }

  /** No more rows are asked; hands over the files that are made. */
  @Transactional
  void finish(Claim claim, JobStatus as, long answered, Made output, Made errors) {
    RowJob job = held(claim);
    job.finish(as, answered, handOver(job, output), handOver(job, errors), clock.now());
    job.defer(clock.now(), false);
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
    JobStatus outcome = job.outcome;
    job.end(clock.now());
    RowTask task = tasks.of(job.kind);
    switch (outcome) {
      case COMPLETED -> outbox.publish(job.scope(), task.completed(job));
      case EXPIRED ->
          outbox.publish(
              job.scope(),
              task.failed(job, new JobProblem("expired", task.expired(job).detail(), null, null)));
      default ->
          outbox.publish(
              job.scope(),
              task.failed(job, new JobProblem("cancelled", "It was cancelled.", null, null)));
    }
    results.forget(job.id);
  }

  /** It cannot be done. */
  @Transactional
  void fail(Claim claim, List<JobProblem> why) {
    RowJob job = held(claim);
    job.fail(why, clock.now());
    outbox.publish(job.scope(), tasks.of(job.kind).failed(job, why.getFirst()));
    results.forget(job.id);
  }

  /** Gives the job back for a while. */
  @Transactional
  void defer(Claim claim, Duration pause, boolean fault) {
    held(claim).defer(clock.now().plus(pause), fault);
  }

  /** A job that waits for a file looks at once when something is told of it. */
  @Transactional(Transactional.TxType.MANDATORY)
  void told(@Observes FileTold told) {
    int woken =
        RowJob.update(
            "notBefore = ?1 where status in ?2 and lease.owner is null"
                + " and (inputFile = ?3 or outputFile = ?3 or errorFile = ?3)",
            clock.now(),
            JobStatus.OPEN,
            told.fileId());
    if (woken > 0) {
      ready.fire(new JobReady());
    }
  }

  /** Forgets what ended long ago. */
  @Transactional
  void forgetOld() {
    RowJob.delete("endedAt < ?1", clock.now().minus(config.keep()));
  }

  private RowJob held(Claim claim) {
    RowJob job = RowJob.findById(claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (job == null || !job.lease.isHeldUnder(claim.fence())) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
    job.expired = job.expiresAt.isBefore(clock.now());
    return job;
  }
}
