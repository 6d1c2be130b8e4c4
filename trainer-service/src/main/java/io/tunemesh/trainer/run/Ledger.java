package io.tunemesh.trainer.run;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.trainer.history.History;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.Leases;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes down what an attempt does on its way. Every write carries the attempt's fence, and {@code
 * LeaseLost} refuses it when the fence is stale.
 */
@ApplicationScoped
@Transactional
class Ledger {

  private static final int CHECKPOINTS_KEPT = 2;

  private final Leases leases;
  private final History history;
  private final Outbox outbox;

  Ledger(Leases leases, History history, Outbox outbox) {
    this.leases = leases;
    this.history = history;
    this.outbox = outbox;
  }

  /** The job as it is now, to be read only. */
  TrainingJob job(Claim claim) {
    AtomicReference<TrainingJob> held = new AtomicReference<>();
    leases.holding(claim, held::set);
    return held.get();
  }

  /** The checkpoints that the job could go on from, newest first. */
  List<JobCheckpoint> checkpoints(Claim claim) {
    return history.outdated(claim.id(), 0);
  }

  /** Notes which worker the attempt has. */
  void worker(Claim claim, WorkerEvent.Ready worker) {
    leases.holding(claim, job -> history.worker(job.id, claim.fence(), worker, null));
  }

  void started(Claim claim, WorkerEvent.Started started) {
    leases.holding(
        claim,
        job -> {
          job.at("training", started.resumedFromStep(), started.steps(), null);
          history.worker(job.id, claim.fence(), null, started);
          String from =
              started.resumedFromStep() == 0 ? "" : " from step " + started.resumedFromStep();
          history.info(
              job.id,
              "Attempt %d started%s: %d examples, %d steps, %d trainable parameters"
                  .formatted(
                      claim.fence(),
                      from,
                      started.examples(),
                      started.steps(),
                      started.trainableParameters()));
          outbox.publish(
              job.scope(),
              new TrainingStarted(job.id, claim.fence(), claim.owner(), started.resumedFromStep()));
        });
  }

  void notice(Claim claim, String code, String reason, String field) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("code", code);
    data.put("field", field);
    leases.holding(claim, job -> history.warn(job.id, reason, data));
  }

  void progressed(Claim claim, WorkerEvent.Progress at) {
    leases.holding(
        claim,
        job -> {
          Instant end =
              at.etaS() == null ? null : Instant.now().plusMillis((long) (at.etaS() * 1000));
          job.at(at.stage(), at.step(), at.steps(), end);
          TrainingProgressed progressed = StepLine.event(at, job.id, claim.fence());
          if (at.stage().equals("training")) {
            history.point(job.id, progressed);
            history.metrics(job.id, StepLine.message(at), StepLine.data(at, claim.fence()));
          }
          outbox.publish(job.scope(), progressed);
        });
  }

  /** Adds a stored checkpoint. Returns the blobs that are needed no more. */
  List<BlobRef> checkpoint(Claim claim, WorkerEvent.Checkpoint made, Map<String, BlobRef> stored) {
    List<BlobRef> obsolete = new ArrayList<>();
    leases.holding(
        claim,
        job -> {
          long before = history.newestCheckpoint(job.id).map(c -> c.step).orElse(-1L);
          JobCheckpoint checkpoint = new JobCheckpoint();
          checkpoint.id = JobCheckpoint.idOf(job.id, made.step());
          checkpoint.jobId = job.id;
          checkpoint.step = made.step();
          checkpoint.fence = claim.fence();
          checkpoint.createdAt = Instant.now();
          checkpoint.files = JsonText.of(stored);
          checkpoint.loss = made.loss();
          checkpoint.validationLoss = made.validationLoss();
          checkpoint.best = made.best();
          history.checkpoint(checkpoint);
          if (made.step() > before) {
            job.advanced();
          }
          history.info(job.id, "Checkpoint created at step " + made.step());
          for (JobCheckpoint old : history.outdated(job.id, CHECKPOINTS_KEPT)) {
            obsolete.addAll(old.storedFiles().values());
            old.files = null;
          }
        });
    return obsolete;
  }

  /** Whether the attempt of that claim has added a checkpoint of that step. */
  boolean hasCheckpoint(Claim claim, long step) {
    return history.hasCheckpoint(claim.id(), claim.fence(), step);
  }

  void evaluated(Claim claim, WorkerEvent.Evaluated done) {
    leases.holding(
        claim,
        job -> {
          history.evaluation(
              job.id, done.model(), done.examples(), done.metrics(), done.samples(), done.worst());
          history.info(
              job.id,
              "Evaluated the %s model on %d examples of the test split%s"
                  .formatted(
                      done.model(),
                      done.examples(),
                      done.leftOut() == 0
                          ? ""
                          : "; %d are left out for their length".formatted(done.leftOut())));
        });
  }
}
