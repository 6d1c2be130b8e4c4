package io.tunemesh.trainer.run;

import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.job.TrainingJob;
import io.tunemesh.trainer.job.UnknownModel;
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

  private final Claim claim;
  private final Tools tools;
  private final Seat seat;
  private final BooleanSupplier stopping;

  Attempt(Claim claim, Tools tools, Seat seat, BooleanSupplier stopping) {
    this.claim = claim;
    this.tools = tools;
    this.seat = seat;
    this.stopping = stopping;
  }

  void run() {
    LOG.infof("An attempt begins, job=%s, attempt=%d", claim.id(), claim.fence());
    try (Hold hold = new Hold(claim, tools, stopping, seat::kill)) {
      guarded(hold);
    } catch (LeaseLost e) {
      LOG.warn(e.getMessage());
      seat.kill();
    } catch (RuntimeException e) {
      LOG.errorf(e, "An attempt's end is unwritten, its lease will run out, job=%s", claim.id());
      seat.kill();
    } finally {
      seat.used();
    }
  }

  /** A fault of our own is a crash as well; whatever the worker was doing then is ended. */
  private void guarded(Hold hold) {
    try (Workspace space = new Workspace(tools.blobs(), tools.config().work(), claim)) {
      work(hold, space);
    } catch (LeaseLost e) {
      throw e;
    } catch (StorageFault e) {
      hold.crashed(Endings.FULL, e.getMessage());
    } catch (IOException e) {
      seat.kill();
      hold.waits("A file could not be read or written (%s).".formatted(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.errorf(e, "An attempt failed, job=%s, attempt=%d", claim.id(), claim.fence());
      seat.kill();
      hold.crashed("internal_error", "The trainer failed; its log says how.");
    }
  }

  private void work(Hold hold, Workspace space) throws IOException {
    TrainingJob job = tools.ledger().job(claim);
    var published = tools.adapters().find(ModelNames.adapterId(job.id));
    if (published.isPresent()) {
      hold.succeeded(published.get());
      return;
    }
    if (job.failures >= tools.config().maxAttempts()) {
      hold.failed(
          "attempts_exhausted",
          "%d attempts in a row ended without a new checkpoint.".formatted(job.failures),
          null);
      return;
    }
    try {
      Path base = tools.models().folder(job.model);
      WorkerJob line = line(job, base, space);
      PythonWorker worker = seat.take(job.model, base);
      if (loaded(hold, worker)) {
        hold.note(() -> tools.ledger().worker(claim, worker.account()));
        worker.send(line);
        new Conversation(job, hold, tools, space, worker).follow();
      }
    } catch (UnknownModel e) {
      // another replica's list may have it
      hold.crashed("model_not_found", e.getMessage());
    } catch (WorkerUnusable e) {
      seat.kill();
      if (e.retry()) {
        hold.crashed(e.code(), e.getMessage());
      } else {
        hold.failed(e.code(), e.getMessage(), "model");
      }
    } catch (DatasetLost e) {
      hold.datasetLost(e.getMessage());
    }
  }

  private WorkerJob line(TrainingJob job, Path base, Workspace space)
      throws IOException, DatasetLost {
    WorkerJob.Dataset dataset;
    try {
      dataset = space.dataset(job.builtDataset());
    } catch (BlobNotFound | CorruptBlob e) {
      throw new DatasetLost(job.datasetId, e);
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
        String reason =
            "The checkpoint of step %d is passed over: %s."
                .formatted(checkpoint.step, e.getMessage());
        tools.ledger().notice(claim, "checkpoint_lost", reason, null);
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
  private boolean loaded(Hold hold, PythonWorker worker) throws IOException, WorkerUnusable {
    long since = System.nanoTime();
    while (true) {
      // asked before the read, so that the last words of a dead one are read
      boolean alive = worker.alive();
      if (worker.loaded()) {
        return true;
      }
      hold.check();
      Wish wish = hold.wish();
      if (wish != null) {
        hold.fulfilled(wish);
        return false;
      }
      if (!alive) {
        hold.crashed(
            "worker_crashed",
            "The worker ended while it loaded the base model: " + worker.lastWords());
        return false;
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - since);
      if (waited.compareTo(tools.config().load()) > 0) {
        worker.kill();
        hold.crashed("worker_silent", "The worker did not load the base model in time.");
        return false;
      }
      Pause.of(Conversation.LOOK_MS);
    }
  }

  private static final class DatasetLost extends Exception {
    DatasetLost(String datasetId, IOException cause) {
      super(
          "The dataset %s is not as it was built: %s. Build it again."
              .formatted(datasetId, cause.getMessage()),
          cause);
    }
  }
}
