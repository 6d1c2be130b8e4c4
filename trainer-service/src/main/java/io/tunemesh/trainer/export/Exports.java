package io.tunemesh.trainer.export;

import io.tunemesh.contract.training.ExportCancelled;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.db.Locks;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.trainer.history.History;
import io.tunemesh.trainer.job.BaseModels;
import io.tunemesh.trainer.job.JobStatus;
import io.tunemesh.trainer.job.Jobs;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A tenant's exports. Another tenant's are not there. */
@ApplicationScoped
@Transactional
public class Exports {

  private final EntityManager database;
  private final Jobs jobs;
  private final BaseModels models;
  private final Locks locks;
  private final BlobStore blobs;
  private final Outbox outbox;
  private final History history;
  private final Event<ExportQueued> queued;

  Exports(
      EntityManager database,
      Jobs jobs,
      BaseModels models,
      Locks locks,
      BlobStore blobs,
      Outbox outbox,
      History history,
      Event<ExportQueued> queued) {
    this.database = database;
    this.jobs = jobs;
    this.models = models;
    this.locks = locks;
    this.blobs = blobs;
    this.outbox = outbox;
    this.history = history;
    this.queued = queued;
  }

  /**
   * A new export of the job's model, or the one of that format that has not failed: the same again
   * would have the same files.
   *
   * @throws Refusal if the job has no model yet, or no more, or never will
   */
  ModelExport ask(String tenant, String jobId, ExportFormat format) {
    locks.take(turn(jobId));
    TrainingJob job = jobs.get(tenant, jobId);
    if (job.status != JobStatus.SUCCEEDED) {
      throw Refusal.invalid(
          "job_not_succeeded",
          "The job %s is %s; only what a job has tuned to its end can be exported."
              .formatted(job.id, job.status.wire()),
          "id");
    }
    if (job.adapterDeleted) {
      throw Refusal.invalid(
          "adapter_deleted",
          ("The model of the job %s was deleted; run the job again with rerun to train another, or,"
                  + " where its dataset was deleted too, train on the file by POST"
                  + " /v1/fine_tuning/jobs.")
              .formatted(job.id),
          "id");
    }
    ModelExport known =
        ModelExport.find(
                "jobId = ?1 and format = ?2 and status <> ?3", jobId, format, ExportStatus.FAILED)
            .firstResult();
    if (known != null) {
      return known;
    }
    ModelExport export = ModelExport.open(job.scope(), job.id, format, Instant.now());
    export.persist();
    String waits =
        models.ids().contains(job.model)
            ? ""
            : "; it waits for a replica that has the base %s, which this one has not"
                .formatted(job.model);
    history.info(
        job.id, "An export is queued, format %s: %s".formatted(format.wire(), export.id) + waits);
    queued.fire(new ExportQueued(export.id));
    return export;
  }

  /** Up to {@code limit} exports of the job, newest first, after the one with the id given. */
  List<ModelExport> page(String tenant, String jobId, String after, int limit) {
    jobs.get(tenant, jobId);
    Instant before =
        after == null ? Instant.parse("9999-01-01T00:00:00Z") : get(tenant, jobId, after).createdAt;
    return ModelExport.<ModelExport>find(
            "jobId = ?1 and (createdAt < ?2 or createdAt = ?2 and id < ?3)"
                + " order by createdAt desc, id desc",
            jobId,
            before,
            after == null ? "" : after)
        .page(0, limit)
        .list();
  }

  /**
   * The export of that id.
   *
   * @throws Refusal 404 if the tenant's job has none
   */
  ModelExport get(String tenant, String jobId, String id) {
    return get(tenant, jobId, id, LockModeType.NONE);
  }

  /** Removes an export: one that is not over is cancelled, one that is loses its files. */
  ModelExport remove(String tenant, String jobId, String id) throws IOException {
    ModelExport export = get(tenant, jobId, id, LockModeType.PESSIMISTIC_WRITE);
    cancel(export);
    // first the files, so that a row stays for what could not be deleted
    for (var file : export.fileList()) {
      blobs.delete(file.blob().key());
    }
    export.delete();
    return export;
  }

  /**
   * Removes the exports of a model that is deleted, if it came of one of the tenant's jobs. Their
   * files and the adapter's, which nothing refers to from now on, go with the other leftovers.
   */
  void adapterDeleted(String tenant, String adapterId) {
    TrainingJob job =
        TrainingJob.find("outcome.adapterId = ?1 and tenant = ?2", adapterId, tenant).firstResult();
    if (job == null) {
      return;
    }
    locks.take(turn(job.id));
    job.deleteAdapter();
    history.info(job.id, "The model is deleted, with its exports");
    List<ModelExport> exports =
        ModelExport.find("jobId", job.id).withLock(LockModeType.PESSIMISTIC_WRITE).list();
    for (ModelExport export : exports) {
      cancel(export);
      export.delete();
    }
  }

  /** Tells the end of an export that is removed before it was over. */
  private void cancel(ModelExport export) {
    if (!export.status.isFinal()) {
      outbox.publish(
          export.scope(), new ExportCancelled(export.jobId, export.id, export.format.wire()));
      history.info(export.jobId, "The export %s is cancelled".formatted(export.id));
    }
  }

  private static String turn(String jobId) {
    return "export/" + jobId;
  }

  private ModelExport get(String tenant, String jobId, String id, LockModeType lock) {
    ModelExport export = database.find(ModelExport.class, id, lock);
    if (export == null || !export.tenant.equals(tenant) || !export.jobId.equals(jobId)) {
      throw Refusal.notFound("export", id);
    }
    return export;
  }
}
