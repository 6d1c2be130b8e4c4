package io.tunemesh.inference.job;

import io.tunemesh.inference.file.FileGone;
import io.tunemesh.inference.file.FileTold;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The jobs of all tenants, as those see them who ask for them. */
@ApplicationScoped
class RowJobs {

  /** Jobs that are or will be of no use, of which another is asked for on purpose. */
  private static final List<JobStatus> VAIN =
      List.of(JobStatus.FAILED, JobStatus.EXPIRED, JobStatus.CANCELLING, JobStatus.CANCELLED);

  private final EntityManager entities;
  private final Outbox outbox;
  private final JobTypes types;
  private final JobConfig config;
  private final DatabaseClock clock;
  private final Locks locks;
  private final Event<JobReady> ready;

  RowJobs(
      EntityManager entities,
      Outbox outbox,
      JobTypes types,
      JobConfig config,
      DatabaseClock clock,
      Locks locks,
      Event<JobReady> ready) {
    this.entities = entities;
    this.outbox = outbox;
    this.types = types;
    this.config = config;
    this.clock = clock;
    this.locks = locks;
    this.ready = ready;
  }

  /** Adds a job; one whose id is known is left as it is. */
  @Transactional
  RowJob add(NewJob asked) {
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
   * job that it asked for before, also where both come at once. An {@code Idempotency-Key} that
   * came with another wish is refused.
   */
  @Transactional
  RowJob add(NewJob asked, Resent resent) {
    String tenant = asked.scope().tenant();
    String name = resent.key() == null ? asked.wish().inputFile() : resent.key();
    locks.take("job-request/%s/%s/%s".formatted(tenant, asked.caller(), name));
    if (resent.key() != null) {
      String cause = tenant + "\n" + asked.caller() + "\n" + resent.key();
      RowJob job = add(asked.named(Ids.derived(asked.kind().prefix(), cause)));
      if (!job.isAskedBy(asked.wish())) {
        throw new Refusal(
            new Problem(
                422,
                "idempotency_key_reused",
                "The Idempotency-Key came with another request before; choose a new one.",
                "Idempotency-Key"));
      }
      return job;
    }
    if (resent.tries() > 0) {
      Optional<RowJob> before =
          RowJob.<RowJob>find(
                  "tenant = ?1 and kind = ?2 and caller = ?3 and inputFile = ?4 and spec = ?5"
                      + " and times.created > ?6 and status not in ?7 order by seq desc",
                  tenant,
                  asked.kind(),
                  asked.caller(),
                  asked.wish().inputFile(),
                  asked.wish().spec(),
                  clock.now().minus(resent.within()),
                  VAIN)
              .stream()
              .filter(job -> job.isAskedBy(asked.wish()))
              .findFirst();
      if (before.isPresent()) {
        return before.get();
      }
    }
    return add(asked);
  }

  /** Adds a job that came by event and cannot be done at all. */
  @Transactional(Transactional.TxType.MANDATORY)
  void refuse(NewJob asked, JobProblem why) {
    if (RowJob.findById(asked.id()) == null) {
      RowJob job = RowJob.of(asked, clock.now());
      job.fail(List.of(why), clock.now());
      job.persist();
      outbox.publish(job.scope(), types.of(job.kind).facts().failed(job, why));
    }
  }

  /** The tenant's job of that id. */
  @Transactional
  RowJob find(String tenant, JobKind kind, String id) {
    return RowJob.<RowJob>find("id = ?1 and tenant = ?2 and kind = ?3", id, tenant, kind)
        .firstResultOptional()
        .orElseThrow(() -> Refusal.notFound(kind.noun(), id));
  }

  /** Those of the jobs that there are. */
  @Transactional
  List<RowJob> all(Collection<String> ids) {
    return RowJob.list("id in ?1", List.copyOf(ids));
  }

  /**
   * Up to {@code limit} jobs of a tenant, newest first.
   *
   * @param after the id of the last one seen; null for the start
   */
  @Transactional
  List<RowJob> list(String tenant, JobKind kind, String after, int limit) {
    long from = after == null ? Long.MAX_VALUE : find(tenant, kind, after).seq;
    return RowJob.<RowJob>find(
            "tenant = ?1 and kind = ?2 and seq < ?3 order by seq desc", tenant, kind, from)
        .range(0, limit - 1)
        .list();
  }

  /** Its owner wants the job no more; rows that are answered stay answered. */
  @Transactional
  RowJob cancel(String tenant, JobKind kind, String id) {
    RowJob job = find(tenant, kind, id);
    entities.refresh(job, LockModeType.PESSIMISTIC_WRITE);
    job.cancel(clock.now());
    ready.fire(new JobReady());
    return job;
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

  /** A job that has not ended names no file that was deleted, and does not wait for it. */
  @Transactional(Transactional.TxType.MANDATORY)
  void gone(@Observes FileGone gone) {
    int woken = 0;
    for (String field : List.of("outputFile", "errorFile")) {
      woken +=
          RowJob.update(
              "%1$s = null, notBefore = ?1 where tenant = ?2 and %1$s = ?3 and status in ?4"
                  .formatted(field),
              clock.now(),
              gone.tenant(),
              gone.fileId(),
              JobStatus.OPEN);
    }
    if (woken > 0) {
      ready.fire(new JobReady());
    }
  }

  /** Forgets what ended long ago. */
  @Transactional
  void forgetOld() {
    RowJob.delete("times.ended < ?1", clock.now().minus(config.keep()));
  }
}
