package io.tunemesh.trainer.export;

import io.tunemesh.contract.training.ExportFailed;
import io.tunemesh.contract.training.ExportSucceeded;
import io.tunemesh.contract.training.ExportSucceeded.ExportFile;
import io.tunemesh.platform.db.DatabaseClock;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.LeaseRows;
import io.tunemesh.trainer.history.History;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Who makes an export, and what came of it. Every write carries the attempt's fence and is refused
 * by {@link LeaseLost} when another has the export, or when its owner has removed it.
 */
@ApplicationScoped
@Transactional
class ExportLedger {

  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

  private static final String CLAIMABLE =
      """
      SELECT model_export.* FROM model_export LEFT JOIN
        (SELECT tenant, count(*) AS exports FROM model_export
         WHERE status = 'RUNNING' OR started_at > now() - interval '1 hour'
         GROUP BY tenant) lately USING (tenant)
      WHERE ((status = 'QUEUED' AND (not_before IS NULL OR not_before <= now()))
         OR (status = 'RUNNING'
             AND (lease_until < now() OR lease_owner = ANY (string_to_array(:dead, chr(10))))))
        AND EXISTS (SELECT 1 FROM training_job WHERE training_job.id = model_export.job_id
             AND training_job.model = ANY (string_to_array(:models, chr(10))))
      ORDER BY coalesce(exports, 0), created_at, id LIMIT 1
      """;

  private final EntityManager database;
  private final DatabaseClock clock;
  private final LeaseRows rows;
  private final Outbox outbox;
  private final History history;
  private final BaseModels models;
  private final ExportConfig config;

  ExportLedger(
      EntityManager database,
      DatabaseClock clock,
      LeaseRows rows,
      Outbox outbox,
      History history,
      BaseModels models,
      ExportConfig config) {
    this.database = database;
    this.clock = clock;
    this.rows = rows;
    this.outbox = outbox;
    this.history = history;
    this.models = models;
    this.config = config;
  }

  /** The owners of the leases that are held now. */
  List<String> owners() {
    return ModelExport.<ModelExport>list("status", ExportStatus.RUNNING).stream()
        .map(export -> export.lease.owner())
        .distinct()
        .toList();
  }

  /** Whether there is an export to be made of a model whose base is here. */
  boolean waiting(Collection<String> dead) {
    return !found(dead, "").isEmpty();
  }

  /**
   * Takes an export that waits, or that its worker left: of the tenant that had the fewest in the
   * last hour, the oldest.
   */
  Optional<Claim> claim(String owner, Collection<String> dead, Duration lease) {
    return found(dead, "FOR UPDATE OF model_export SKIP LOCKED").stream()
        .findFirst()
        .map(ModelExport.class::cast)
        .map(export -> export.claim(owner, clock.now(), lease));
  }

  private List<?> found(Collection<String> dead, String lock) {
    return database
        .createNativeQuery(CLAIMABLE + lock, ModelExport.class)
        .setParameter("dead", String.join("\n", dead))
        .setParameter("models", String.join("\n", models.ids()))
        .getResultList();
  }

  void renew(Claim claim, Duration lease) {
    rows.renew("model_export", claim, lease);
  }

  /** The export and its job, to be read only. */
  Work work(Claim claim) {
    ModelExport export = held(claim);
    return new Work(export, database.find(TrainingJob.class, export.jobId));
  }

  /** What an attempt works on. */
  record Work(ModelExport export, TrainingJob job) {}

  void succeeded(Claim claim, List<ExportFile> files) {
    ModelExport export = held(claim);
    export.succeed(files, Instant.now());
    history.info(
        export.jobId,
        "The export %s is ready, format %s".formatted(export.id, export.format.wire()));
    outbox.publish(
        export.scope(), new ExportSucceeded(export.jobId, export.id, export.format.wire(), files));
  }

  /** Whether the attempt of that claim has made the export. */
  boolean endedBy(Claim claim) {
    ModelExport export = database.find(ModelExport.class, claim.id());
    return export != null
        && export.status == ExportStatus.SUCCEEDED
        && export.lease.fence() == claim.fence();
  }

  void failed(Claim claim, String code, String reason) {
    fail(held(claim), code, reason);
  }

  /** Puts the export back to be tried again or, after too many attempts, fails it. */
  void crashed(Claim claim, String code, String reason) {
    ModelExport export = held(claim);
    int attempts = export.failures + 1;
    if (attempts >= config.maxAttempts()) {
      fail(export, code, reason + " It failed %d times.".formatted(attempts));
    } else {
      Duration pause = new Backoff(config.backoff(), LONGEST_BACKOFF).after(export.failures);
      export.requeue(true, Instant.now().plus(pause));
      history.warn(export.jobId, reason + " The export is tried again.", null);
    }
  }

  /** Gives the export back at no fault of its own. */
  void released(Claim claim) {
    held(claim).requeue(false, Instant.now());
  }

  private void fail(ModelExport export, String code, String reason) {
    export.fail(code, reason, Instant.now());
    history.warn(export.jobId, "The export %s failed: %s".formatted(export.id, reason), null);
    outbox.publish(
        export.scope(),
        new ExportFailed(export.jobId, export.id, export.format.wire(), code, reason));
  }

  private ModelExport held(Claim claim) {
    ModelExport export =
        database.find(ModelExport.class, claim.id(), LockModeType.PESSIMISTIC_WRITE);
    if (export == null || !export.lease.isHeldUnder(claim.fence())) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
    return export;
  }
}
