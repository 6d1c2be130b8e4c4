package io.tunemesh.trainer.run;

import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.Claim;
import io.tunemesh.trainer.job.LeaseLost;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.job.TrainingJob;
import io.tunemesh.trainer.job.UnknownModel;
import io.tunemesh.trainer.job.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * One attempt at one job, from its claim to a written outcome: an adapter, a failure, a pause, or
 * the job put back. Only a lost lease writes nothing.
 */
final class Attempt {

  private static final Logger LOG = Logger.getLogger(Attempt.class);
  private static final long LOOK_MS = 20;

  private final Claim claim;
  private final Tools tools;
  private final Seat seat;
  private final BooleanSupplier stopping;
  private final Patience patience;
  private LeaseWatch watch;

  Attempt(Claim claim, Tools tools, Seat seat, BooleanSupplier stopping) {
    this.claim = claim;
    this.tools = tools;
    this.seat = seat;
    this.stopping = stopping;
    this.patience = new Patience(() -> watch.check());
  }

  void run() {
    LOG.infof("An attempt begins, job=%s, attempt=%d", claim.jobId(), claim.fence());
    watch = new LeaseWatch(tools.leases(), claim, tools.config(), seat::kill);
    try (LeaseWatch lease = watch;
        Workspace space =
            new Workspace(
                tools.blobs(), tools.config().work(), claim.jobId(), claim.fence())) {
      work(space);
    } catch (LeaseLost e) {
      LOG.warn(e.getMessage());
      seat.kill();
    } catch (IOException e) {
      seat.kill();
      crashed("storage", "A file could not be read or written (%s).".formatted(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.errorf(e, "An attempt failed, job=%s, attempt=%d", claim.jobId(), claim.fence());
      seat.kill();
      crashed("internal_error", "The trainer failed (%s).".formatted(e));
    } finally {
      seat.used();
    }
  }

  private void work(Workspace space) throws IOException {
    TrainingJob job = tools.ledger().job(claim);
    var published = tools.adapters().find(ModelNames.adapterId(job.id));
    if (published.isPresent()) {
      succeeded(published.get());
      return;
    }
    if (job.failures >= tools.config().maxAttempts()) {
      String reason = "%d attempts in a row lost their machine.".formatted(job.failures);
      failed("attempts_exhausted", reason, null);
      return;
    }
    try {
      Path base = tools.models().folder(job.model);
      WorkerJob line = line(job, base, space);
      PythonWorker worker = seat.take(job.model, base);
      if (loaded(worker)) {
        worker.send(line);
        new Conversation(job, space, worker).follow();
      }
    } catch (UnknownModel e) {
      failed("model_not_found", e.getMessage(), "model");
    } catch (WorkerUnusable e) {
      failed(e.code(), e.getMessage(), "model");
    } catch (DatasetLost e) {
      failed("dataset_lost", e.getMessage(), "training_file");
    }
  }

  private WorkerJob line(TrainingJob job, Path base, Workspace space)
      throws IOException, DatasetLost {
    WorkerJob.Dataset dataset;
    try {
      dataset = space.dataset(job.builtDataset());
    } catch (BlobNotFound | CorruptBlob e) {
      throw new DatasetLost(
          "The dataset %s is not as it was built: %s. Build it again."
              .formatted(job.datasetId, e.getMessage()));
    }
    Double rate = LearningRate.of(job.trainingSpec(), job.learningRateMultiplier, base);
    Path resume = null;
    Map<String, String> digests = null;
    for (JobCheckpoint checkpoint : tools.ledger().checkpoints(claim)) {
      try {
        resume = space.checkpoint(checkpoint);
        digests = Workspace.digests(checkpoint);
        break;
      } catch (BlobNotFound | CorruptBlob e) {
        String reason = "The checkpoint of step %d is passed over: %s.";
        tools
            .ledger()
            .notice(
                claim,
                "checkpoint_lost",
                reason.formatted(checkpoint.step, e.getMessage()),
                null);
      }
    }
    return new WorkerJob(
        job.id,
        claim.fence(),
        space.folder().toString(),
        space.events().toString(),
        new WorkerJob.Base(job.model, base.toString()),
        dataset,
        WorkerSpec.of(job.trainingSpec(), rate),
        resume == null ? null : resume.toString(),
        digests);
  }

  /** Waits until the worker has loaded its base; false if the attempt is over before that. */
  private boolean loaded(PythonWorker worker) throws IOException, WorkerUnusable {
    long since = System.nanoTime();
    while (true) {
      boolean alive = worker.alive();
      if (worker.loaded()) {
        return true;
      }
      watch.check();
      if (wish() != null) {
        finish(wish());
        return false;
      }
      if (!alive) {
        crashed(
            "worker_crashed",
            "The worker ended while it loaded the base model: " + worker.lastWords());
        return false;
      }
      if (elapsed(since).compareTo(tools.config().load()) > 0) {
        worker.kill();
        crashed("worker_silent", "The worker did not load the base model in time.");
        return false;
      }
      Patience.sleep(LOOK_MS);
    }
  }

  private Wish wish() {
    if (watch.wanted() == Wanted.CANCEL) {
      return Wish.CANCEL;
    }
    if (watch.wanted() == Wanted.PAUSE) {
      return Wish.PAUSE;
    }
    return stopping.getAsBoolean() ? Wish.STOP : null;
  }

  private void finish(Wish wish) {
    settle(
        () -> {
          switch (wish) {
            case CANCEL -> tools.ledger().cancelled(claim);
            case PAUSE -> tools.ledger().paused(claim);
            case STOP -> tools.ledger().released(claim);
          }
        });
  }

  private void succeeded(AdapterManifest manifest) {
    settle(() -> tools.ledger().succeeded(claim, manifest));
  }

  private void failed(String code, String reason, String field) {
    settle(() -> tools.ledger().failed(claim, code, reason, field));
  }

  private void crashed(String code, String reason) {
    LOG.warnf(
        "An attempt ends, job=%s, attempt=%d, code=%s: %s",
        claim.jobId(), claim.fence(), code, reason);
    try {
      settle(() -> tools.ledger().crashed(claim, code, reason));
    } catch (LeaseLost e) {
      LOG.warn(e.getMessage());
    }
  }

  /** Writes the attempt's outcome. */
  private void settle(Runnable outcome) {
    watch.settle();
    patience.run(outcome);
  }

  private static Duration elapsed(long since) {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** What the attempt is told from outside. */
  private enum Wish {
    CANCEL,
    PAUSE,
    /** The trainer shuts down. */
    STOP
  }

  private static final class DatasetLost extends Exception {
    DatasetLost(String message) {
      super(message);
    }
  }

  /** The exchange with the worker over one job, until one of the two ends it. */
  private final class Conversation {

    private final TrainingJob job;
    private final Workspace space;
    private final PythonWorker worker;
    private final EventTail tail;
    private Wish told;
    private long toldAt;
    private long heard = System.nanoTime();
    private long reported;
    private String stage = "";

    Conversation(TrainingJob job, Workspace space, PythonWorker worker) {
      this.job = job;
      this.space = space;
      this.worker = worker;
      this.tail = new EventTail(space.events());
    }

    void follow() throws IOException {
      while (true) {
        // asked before the read, so that a worker's last lines are read after its end
        boolean alive = worker.alive();
        for (WorkerEvent event : tail.read()) {
          heard = System.nanoTime();
          if (take(event)) {
            return;
          }
        }
        watch.check();
        if (!alive) {
          crashed("worker_crashed", "The worker ended in the middle: " + worker.lastWords());
          return;
        }
        if (told(wish()) || silent()) {
          return;
        }
        Patience.sleep(LOOK_MS);
      }
    }

    /** Passes a wish on, once; true if the worker did not follow it and was killed. */
    private boolean told(Wish wish) {
      if (wish != null && told != Wish.CANCEL && wish != told) {
        told = wish;
        toldAt = System.nanoTime();
        try {
          worker.send(Map.of(wish == Wish.CANCEL ? "cancel" : "pause", job.id));
        } catch (IOException e) {
          LOG.infof("The worker hears no more, job=%s: %s", job.id, e.getMessage());
        }
      }
      if (told == null || elapsed(toldAt).compareTo(tools.config().grace()) < 0) {
        return false;
      }
      worker.kill();
      finish(told);
      return true;
    }

    private boolean silent() {
      Duration limit = tools.config().silence();
      if (elapsed(heard).compareTo(limit) < 0) {
        return false;
      }
      worker.kill();
      crashed("worker_silent", "The worker said nothing for %s and was ended.".formatted(limit));
      return true;
    }

    /** Writes one event down; true if it was the job's last. */
    private boolean take(WorkerEvent event) throws IOException {
      switch (event) {
        case WorkerEvent.Started started ->
            patience.run(() -> tools.ledger().started(claim, started));
        case WorkerEvent.Notice notice ->
            patience.run(
                () ->
                    tools.ledger().notice(claim, notice.code(), notice.reason(), notice.field()));
        case WorkerEvent.Progress progress -> progressed(progress);
        case WorkerEvent.Checkpoint checkpoint -> checkpoint(checkpoint);
        case WorkerEvent.Evaluated done ->
            patience.run(() -> tools.ledger().evaluated(claim, done));
        case WorkerEvent.Adapter adapter -> {
          succeeded(publish(adapter));
          return true;
        }
        case WorkerEvent.Failed failed -> {
          failed(failed.code(), failed.reason(), failed.field());
          return true;
        }
        case WorkerEvent.Cancelled cancelled -> {
          finish(Wish.CANCEL);
          return true;
        }
        case WorkerEvent.Paused paused -> {
          finish(told == null ? Wish.PAUSE : told);
          return true;
        }
        case WorkerEvent.Stopped stopped -> {
          if (told == null) {
            crashed("worker_stopped", "The worker was told to end at step " + stopped.step() + ".");
          } else {
            finish(told);
          }
          return true;
        }
        case WorkerEvent.Ready ready -> {}
        case WorkerEvent.Other other -> {}
      }
      return false;
    }

    /** Tells of every stage and every evaluation; of the steps between no more than is useful. */
    private void progressed(WorkerEvent.Progress at) {
      boolean due = elapsed(reported).compareTo(tools.config().progressInterval()) >= 0;
      boolean last = at.step() == at.steps();
      if (due || last || at.validationLoss() != null || !at.stage().equals(stage)) {
        patience.run(() -> tools.ledger().progressed(claim, at));
        reported = System.nanoTime();
        stage = at.stage();
      }
    }

    private void checkpoint(WorkerEvent.Checkpoint made) throws IOException {
      var stored = patience.get(() -> space.store(made));
      patience.run(
          () ->
              tools.ledger().checkpoint(claim, made, stored).forEach(old -> tools.discard(old)));
    }

    private AdapterManifest publish(WorkerEvent.Adapter made) throws IOException {
      String adapterId = ModelNames.adapterId(job.id);
      String name = ModelNames.fineTuned(job.model, job.tenant, job.suffix, job.id);
      String kind = WorkerSpec.of(job.trainingSpec(), null).method();
      return patience.get(
          () ->
              tools
                  .adapters()
                  .publish(
                      adapterId, job.id, claim.fence(), name, job.model, kind, made.finished()));
    }
  }
}
