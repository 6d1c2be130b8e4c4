package io.tunemesh.trainer.job;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingCancelled;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingPaused;
import io.tunemesh.contract.training.TrainingQueued;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.trainer.history.History;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Moves a job on: its new state, the event that tells the mesh, and the line that tells its owner
 * are one transaction, which the caller holds with the job's row locked.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Lifecycle {

  /** What a job's history says when it is let go on. */
  static final String RESUMED = "The job is resumed";

  private final Outbox outbox;
  private final History history;
  private final Event<JobQueued> queued;
  private final BaseModels models;

  Lifecycle(Outbox outbox, History history, Event<JobQueued> queued, BaseModels models) {
    this.outbox = outbox;
    this.history = history;
    this.queued = queued;
    this.models = models;
  }

  /** Queues a job that its dataset is there for; one that does not fit it fails instead. */
  void queue(TrainingJob job, DatasetBuilt dataset) {
    TrainingSpec spec = job.trainingSpec();
    BaseFamily family = models.family(job.model);
    List<Mistake> mistakes = new ArrayList<>(spec.mistakes(dataset.task(), validated(dataset)));
    mistakes.addAll(family.mistakes(spec));
    mistakes.addAll(family.mistakes(dataset.task()));
    if (!mistakes.isEmpty()) {
      fail(job, new InvalidPlan(mistakes));
      return;
    }
    job.queue(dataset, Instant.now());
    tell(job, "info", "The dataset %s is ready, the job is queued".formatted(job.datasetId), null);
    tellQueued(job);
  }

  private static boolean validated(DatasetBuilt dataset) {
    DatasetBuilt.Part part = dataset.validation();
    return part != null && part.lines() != null && part.examples() > 0;
  }

  /** Ends a job whose specification has mistakes; tells all of them. */
  void fail(TrainingJob job, InvalidPlan mistaken) {
    String field = mistaken.mistakes().getFirst().field();
    fail(job, "invalid_specification", mistaken.getMessage(), field);
  }

  /**
   * Lets a paused job go on, or one that has failed and still has a checkpoint.
   *
   * @throws IllegalTransition in any other state
   */
  public void resume(TrainingJob job) {
    if (job.status != JobStatus.FAILED) {
      job.resume(Instant.now());
    } else if (history.newestCheckpoint(job.id).isPresent()) {
      job.reopen(Instant.now());
    } else {
      throw new IllegalTransition(
          "The job %s has failed and has no checkpoint to go on from; run it again with rerun."
              .formatted(job.id));
    }
    tell(job, "info", RESUMED, null);
    tellQueued(job);
  }

  /**
   * Notes that the job has just been claimed.
   *
   * @param leftBy who had it before and let its lease run out; null if it was queued
   * @param since when that lease ran out
   */
  void claimed(TrainingJob job, Claim claim, String leftBy, Instant since, Instant now) {
    if (leftBy != null) {
      history.attemptEnded(job.id, "lost", since);
      history.warn(
          job.id,
          "The worker that had the job is gone; attempt %d takes it over".formatted(claim.fence()),
          null);
    }
    history.attempt(job.id, job.tenant, claim.fence(), claim.owner(), now);
    tell(job, "info", "Attempt %d has a worker".formatted(claim.fence()), null);
  }

  /** Puts a job back whose worker gave it up, at once and at no fault of its own. */
  public void release(TrainingJob job, String why) {
    job.requeue(false, null);
    history.attemptEnded(job.id, "released", null);
    tell(job, "info", why, null);
    queued.fire(new JobQueued(job.id));
  }

  /**
   * Puts a job back, to be tried again at {@code notBefore}.
   *
   * @param failed whether it counts against the job; what it needs and is away does not
   * @param limit after so many failures in a row the job fails
   */
  public void retry(
      TrainingJob job, String reason, boolean failed, int limit, Instant notBefore, Instant now) {
    job.requeue(failed, notBefore);
    history.attemptEnded(job.id, failed ? "failed" : "waits", null);
    double pause = Duration.between(now, notBefore).toMillis() / 1000.0;
    String count =
        failed ? ", after %d of %d failures in a row".formatted(job.failures, limit) : "";
    String then = String.format(Locale.ROOT, " The job is tried again in %.1f s%s.", pause, count);
    tell(job, "warn", reason + then, new Retry(pause, job.failures, limit));
  }

  /** Ends a job on its owner's wish. */
  public void cancel(TrainingJob job) {
    job.cancel(Instant.now());
    history.attemptEnded(job.id, "cancelled", null);
    tell(job, "info", "The job is cancelled", null);
    outbox.publish(job.scope(), new TrainingCancelled(job.id));
  }

  /** Sets a job aside until it is resumed; it goes on from its newest stored checkpoint. */
  public void pause(TrainingJob job) {
    job.pause();
    history.attemptEnded(job.id, "paused", null);
    long step = history.newestCheckpoint(job.id).map(checkpoint -> checkpoint.step).orElse(0L);
    tell(job, "info", "The job is paused at step " + step, null);
    outbox.publish(job.scope(), new TrainingPaused(job.id, step));
  }

  /** Does what the job's owner wanted of a worker that has it no more. */
  void fulfil(TrainingJob job) {
    if (job.wanted == Wanted.CANCEL) {
      cancel(job);
    } else {
      pause(job);
    }
  }

  /**
   * Does what the owner wanted of the worker, if there is something, in place of what its attempt
   * ends in.
   *
   * @param reason why the attempt ends, for the job's history; null where nothing went wrong
   */
  public void fulfilOr(TrainingJob job, String reason, Consumer<TrainingJob> end) {
    if (job.wanted == null) {
      end.accept(job);
      return;
    }
    if (reason != null) {
      history.warn(job.id, reason, null);
    }
    fulfil(job);
  }

  /** Ends a job without an adapter. */
  public void fail(TrainingJob job, String code, String reason, String field) {
    job.fail(code, reason, field, Instant.now());
    history.attemptEnded(job.id, "failed", null);
    tell(job, "error", reason, new Failure(code, field));
    Where where = field == null ? null : Where.field(field);
    outbox.publish(job.scope(), new TrainingFailed(job.id, code, reason, where));
  }

  /** Ends a job whose dataset is not there, and says so where its owner has deleted it. */
  public void loseDataset(TrainingJob job, String reason) {
    KnownDataset known = KnownDataset.find(job.tenant, job.datasetId);
    if (known != null && known.isDeleted()) {
      fail(job, known.code, known.why(), "training_file");
    } else {
      fail(job, "dataset_lost", reason, "training_file");
    }
  }

  /** Ends a job with its adapter; both events are in this transaction. */
  public void succeed(TrainingJob job, TrainingSucceeded succeeded, AdapterPublished adapter) {
    job.succeed(succeeded, Instant.now());
    history.attemptEnded(job.id, "succeeded", null);
    history.info(job.id, "New fine-tuned model created: " + succeeded.fineTunedModel());
    outbox.publish(job.scope(), succeeded);
    outbox.publish(job.scope(), adapter);
    tell(job, "info", "The job has successfully completed", null);
  }

  private void tellQueued(TrainingJob job) {
    outbox.publish(
        job.scope(),
        new TrainingQueued(job.id, job.datasetId, job.model, job.trainingSpec(), job.rerunOf));
    queued.fire(new JobQueued(job.id));
  }

  /** A line of the job's history that tells its new state. */
  private void tell(TrainingJob job, String level, String message, Object data) {
    history.status(job.id, job.status.wire(), level, message, data);
  }

  private record Retry(double inS, int failures, int limit) {}

  private record Failure(String code, String field) {}
}
