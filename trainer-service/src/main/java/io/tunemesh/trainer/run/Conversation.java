package io.tunemesh.trainer.run;

import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.job.TrainingJob;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * The exchange with a worker over one job: what the worker says is written down, what is wished is
 * told to it, until one of the two ends the job.
 */
final class Conversation {

  static final long LOOK_MS = 20;
  private static final Logger LOG = Logger.getLogger(Conversation.class);

  private final TrainingJob job;
  private final Hold hold;
  private final Tools tools;
  private final Ledger ledger;
  private final Workspace space;
  private final PythonWorker worker;
  private final EventTail tail;
  private Wish told;
  private long toldAt;
  private long heardAt = System.nanoTime();
  private long reportedAt;
  private String stage = "";

  Conversation(TrainingJob job, Hold hold, Tools tools, Workspace space, PythonWorker worker) {
    this.job = job;
    this.hold = hold;
    this.tools = tools;
    this.ledger = tools.ledger();
    this.space = space;
    this.worker = worker;
    this.tail = new EventTail(space.events());
  }

  /** Returns when the attempt's outcome is written. */
  void follow() throws IOException {
    while (true) {
      // asked before the read, so that the last lines of a dead one are read
      boolean alive = worker.alive();
      for (WorkerEvent event : tail.read()) {
        if (take(event)) {
          return;
        }
        // after the writing, which may have taken long without any fault of the worker
        heardAt = System.nanoTime();
      }
      hold.check();
      if (!alive) {
        hold.crashed("worker_crashed", "The worker ended in the middle: " + worker.lastWords());
        return;
      }
      tell(hold.wish());
      if (deaf() || silent()) {
        return;
      }
      Pause.of(LOOK_MS);
    }
  }

  /** A line that asks the worker to {@code cancel} or {@code pause} the job it runs. */
  static Map<String, String> request(String verb, String jobId) {
    return Map.of(verb, jobId);
  }

  /** Passes a wish on, once; nothing comes after a wish to cancel. */
  private void tell(Wish wish) {
    if (wish == null || wish == told || told == Wish.CANCEL) {
      return;
    }
    told = wish;
    toldAt = System.nanoTime();
    try {
      worker.send(request(wish == Wish.CANCEL ? "cancel" : "pause", job.id));
    } catch (IOException e) {
      LOG.infof("The worker hears no more, job=%s: %s", job.id, e.getMessage());
    }
  }

  /** Ends a worker that did not do in time what it was told. */
  private boolean deaf() {
    if (told == null || elapsed(toldAt).compareTo(tools.config().grace()) < 0) {
      return false;
    }
    worker.kill();
    hold.fulfilled(told);
    return true;
  }

  /** Ends a worker that has said nothing for too long. */
  private boolean silent() {
    Duration limit = tools.config().silence();
    if (elapsed(heardAt).compareTo(limit) < 0) {
      return false;
    }
    worker.kill();
    hold.crashed(
        "worker_silent",
        "The worker said nothing for %d seconds and was ended.".formatted(limit.toSeconds()));
    return true;
  }

  /** Writes one event down; true if it was the job's last. */
  private boolean take(WorkerEvent event) throws IOException {
    switch (event) {
      case WorkerEvent.Started started -> hold.note(() -> ledger.started(hold.claim(), started));
      case WorkerEvent.Notice notice ->
          hold.note(
              () -> ledger.notice(hold.claim(), notice.code(), notice.reason(), notice.field()));
      case WorkerEvent.Progress progress -> progressed(progress);
      case WorkerEvent.Checkpoint checkpoint -> checkpoint(checkpoint);
      case WorkerEvent.Evaluated done -> hold.note(() -> ledger.evaluated(hold.claim(), done));
      case WorkerEvent.Adapter adapter -> {
        hold.succeeded(publish(adapter));
        return true;
      }
      case WorkerEvent.Failed failed -> {
        if (failed.retry()) {
          hold.crashed(failed.code(), failed.reason());
        } else {
          hold.failed(failed.code(), failed.reason(), failed.field());
        }
        return true;
      }
      case WorkerEvent.Cancelled cancelled -> {
        hold.fulfilled(Wish.CANCEL);
        return true;
      }
      case WorkerEvent.Paused paused -> {
        hold.fulfilled(told == null ? Wish.PAUSE : told);
        return true;
      }
      case WorkerEvent.Stopped stopped -> {
        if (told == null) {
          hold.crashed("worker_stopped", "Somebody else ended the worker.");
        } else {
          hold.fulfilled(told);
        }
        return true;
      }
      case WorkerEvent.Ready ready -> {}
      case WorkerEvent.Working working -> {}
      case WorkerEvent.Other other -> {}
    }
    return false;
  }

  /** Tells of every stage and every evaluation; of the steps between no more than is useful. */
  private void progressed(WorkerEvent.Progress at) {
    boolean due = elapsed(reportedAt).compareTo(tools.config().progressInterval()) >= 0;
    boolean last = at.step() == at.steps();
    if (due || last || at.validationLoss() != null || !at.stage().equals(stage)) {
      hold.note(() -> ledger.progressed(hold.claim(), at));
      reportedAt = System.nanoTime();
      stage = at.stage();
    }
  }

  private void checkpoint(WorkerEvent.Checkpoint made) throws IOException {
    var stored = hold.get(() -> space.store(made));
    try {
      hold.note(
          () -> ledger.checkpoint(hold.claim(), made, stored).forEach(old -> tools.discard(old)));
      space.keepOnly(made);
    } catch (LeaseLost e) {
      // it may be written down although its writer was not told so
      if (!ledger.hasCheckpoint(hold.claim(), made.step())) {
        stored.values().forEach(tools::discard);
      }
      throw e;
    }
  }

  private AdapterManifest publish(WorkerEvent.Adapter made) throws IOException {
    String adapterId = ModelNames.adapterId(job.id);
    String name = ModelNames.fineTuned(job.model, job.tenant, job.suffix, job.id);
    String kind = WorkerSpec.kind(job.trainingSpec());
    long attempt = hold.claim().fence();
    return hold.get(
        () ->
            tools
                .adapters()
                .publish(adapterId, job.id, attempt, name, job.model, kind, made.finished()));
  }

  private static Duration elapsed(long since) {
    return Duration.ofNanos(System.nanoTime() - since);
  }
}
