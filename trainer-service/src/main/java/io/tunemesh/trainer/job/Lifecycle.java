package io.tunemesh.trainer.job;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.training.TrainingCancelled;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingPaused;
import io.tunemesh.contract.training.TrainingQueued;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.trainer.history.History;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Instant;

/**
 * Moves a job on: its new state, the event that tells the mesh, and the line that tells its owner
 * are one transaction, which the caller holds with the job's row locked.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Lifecycle {

  private final Outbox outbox;
  private final History history;
  private final Event<JobQueued> queued;

  Lifecycle(Outbox outbox, History history, Event<JobQueued> queued) {
    this.outbox = outbox;
    this.history = history;
    this.queued = queued;
  }

  /** Queues a job that its dataset is there for; one that does not fit it fails instead. */
  void queue(TrainingJob job, DatasetBuilt dataset) {
    try {
      job.trainingSpec().check(dataset.task());
    } catch (InvalidPlan e) {
      fail(job, "invalid_specification", e.getMessage(), e.mistakes().getFirst().field());
      return;
    }
    job.queue(dataset, Instant.now());
    history.info(job.id, "The dataset %s is ready, the job is queued".formatted(job.datasetId));
    tellQueued(job);
  }

  /** Lets a paused job go on. */
  public void resume(TrainingJob job) {
    job.resume(Instant.now());
    history.info(job.id, "The job is resumed");
    tellQueued(job);
  }

  /** Puts a job back whose worker gave it up, at once and at no fault of its own. */
  public void release(TrainingJob job, String why) {
    job.requeue(false, null);
    history.info(job.id, why);
    queued.fire(new JobQueued(job.id));
  }

  /**
   * Puts a job back, to be tried again at {@code notBefore}.
   *
   * @param failed whether it counts against the job; what it needs and is away does not
   */
  public void retry(TrainingJob job, String reason, boolean failed, Instant notBefore) {
    job.requeue(failed, notBefore);
    history.warn(job.id, reason + " The job is tried again.", null);
  }

  /** Ends a job on its owner's wish. */
  public void cancel(TrainingJob job) {
    job.cancel(Instant.now());
    history.info(job.id, "The job is cancelled");
    outbox.publish(job.scope(), new TrainingCancelled(job.id));
  }

  /** Sets a job aside until it is resumed; it goes on from its newest stored checkpoint. */
  public void pause(TrainingJob job) {
    job.pause();
    long step = history.newestCheckpoint(job.id).map(checkpoint -> checkpoint.step).orElse(0L);
    history.info(job.id, "The job is paused at step " + step);
    outbox.publish(job.scope(), new TrainingPaused(job.id, step));
  }

  /** Ends a job without an adapter. */
  public void fail(TrainingJob job, String code, String reason, String field) {
    job.fail(code, reason, field, Instant.now());
    history.error(job.id, reason, new Failure(code, field));
    Where where = field == null ? null : Where.field(field);
    outbox.publish(job.scope(), new TrainingFailed(job.id, code, reason, where));
  }

  /** Ends a job with its adapter; both events are in this transaction. */
  public void succeed(TrainingJob job, TrainingSucceeded succeeded, AdapterPublished adapter) {
    job.succeed(
        succeeded.adapterId(),
        succeeded.fineTunedModel(),
        succeeded.trainedTokens(),
        succeeded.lossCurve(),
        succeeded.metrics(),
        Instant.now());
    history.info(job.id, "New fine-tuned model created: " + succeeded.fineTunedModel());
    outbox.publish(job.scope(), succeeded);
    outbox.publish(job.scope(), adapter);
    history.info(job.id, "The job has successfully completed");
  }

  private void tellQueued(TrainingJob job) {
    outbox.publish(
        job.scope(), new TrainingQueued(job.id, job.datasetId, job.model, job.trainingSpec()));
    queued.fire(new JobQueued(job.id));
  }

  private record Failure(String code, String field) {}
}
