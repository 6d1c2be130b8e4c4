package io.tunemesh.trainer.job;

import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.trainer.history.History;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A tenant's jobs. Another tenant's are not there. */
@ApplicationScoped
@Transactional
public class Jobs {

  /**
   * For how long a request may come again whose answer was lost. OpenAI's SDK waits ten minutes for
   * an answer, and then tries twice more.
   */
  public static final Duration SENT_AGAIN = Duration.ofHours(1);

  private final EntityManager database;
  private final Lifecycle lifecycle;
  private final History history;

  Jobs(EntityManager database, Lifecycle lifecycle, History history) {
    this.database = database;
    this.lifecycle = lifecycle;
    this.history = history;
  }

  /**
   * The job of that id.
   *
   * @throws Refusal 404 if the tenant has none
   */
  public TrainingJob get(String tenant, String id) {
    return get(tenant, id, LockModeType.NONE);
  }

  /**
   * Up to {@code limit} jobs, newest first, after the one with the id {@code after}.
   *
   * @param metadata which they have; empty for those without any, null for all
   */
  public List<TrainingJob> page(
      String tenant, String after, Map<String, String> metadata, int limit) {
    if (after != null) {
      get(tenant, after);
    }
    return database
        .createNativeQuery(
            """
            SELECT * FROM training_job
            WHERE tenant = :tenant
              AND (CAST(:after AS text) IS NULL
                   OR (created_at, id) < (SELECT created_at, id FROM training_job WHERE id = :after))
              AND (CAST(:metadata AS text) IS NULL
                   OR (CASE CAST(:metadata AS text)
                       WHEN '{}' THEN COALESCE(metadata, '{}') = '{}'
                       ELSE CAST(metadata AS jsonb) @> CAST(:metadata AS jsonb) END))
            ORDER BY created_at DESC, id DESC LIMIT :limit
            """,
            TrainingJob.class)
        .setParameter("tenant", tenant)
        .setParameter("after", after)
        .setParameter("metadata", JsonText.of(metadata))
        .setParameter("limit", limit)
        .getResultList();
  }

  /** Cancels a job at once or, if a worker holds it, asks the worker. Twice is once. */
  public TrainingJob cancel(String tenant, String id) {
    TrainingJob job = get(tenant, id, LockModeType.PESSIMISTIC_WRITE);
    if (job.status == JobStatus.RUNNING) {
      job.want(Wanted.CANCEL);
    } else if (job.status != JobStatus.CANCELLED) {
      lifecycle.cancel(job);
    }
    return job;
  }

  /** Pauses a job at once or, if a worker holds it, asks the worker. Twice is once. */
  public TrainingJob pause(String tenant, String id) {
    TrainingJob job = get(tenant, id, LockModeType.PESSIMISTIC_WRITE);
    if (job.status == JobStatus.RUNNING) {
      job.want(Wanted.PAUSE);
    } else if (job.status != JobStatus.PAUSED) {
      lifecycle.pause(job);
    }
    return job;
  }

  /**
   * Lets a job that is paused or has failed go on from its last checkpoint.
   *
   * @param again whether the wish may have been followed before: then one that was resumed lately,
   *     and waits for nothing of the kind, is as it should be
   */
  public TrainingJob resume(String tenant, String id, boolean again) {
    TrainingJob job = get(tenant, id, LockModeType.PESSIMISTIC_WRITE);
    boolean goesOn = job.status != JobStatus.PAUSED && job.status != JobStatus.FAILED;
    Instant lately = Instant.now().minus(SENT_AGAIN);
    if (!(again && goesOn && history.tells(id, Lifecycle.RESUMED, lately))) {
      lifecycle.resume(job);
    }
    return job;
  }

  private TrainingJob get(String tenant, String id, LockModeType lock) {
    TrainingJob job = database.find(TrainingJob.class, id, lock);
    if (job == null || !job.tenant.equals(tenant)) {
      throw Refusal.notFound("fine-tuning job", id);
    }
    return job;
  }
}
