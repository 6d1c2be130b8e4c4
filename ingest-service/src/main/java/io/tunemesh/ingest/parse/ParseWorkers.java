package io.tunemesh.ingest.parse;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.Where;
import io.tunemesh.ingest.upload.Upload;
import io.tunemesh.ingest.upload.UploadArrived;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.outbox.EventTooLarge;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Loop;
import io.tunemesh.platform.work.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Takes uploads that are due, one a worker, until the service stops: at once when one arrives in
 * this replica, else by a slow poll.
 */
@ApplicationScoped
class ParseWorkers {

  private static final Logger LOG = Logger.getLogger(ParseWorkers.class);
  private static final int COMMIT_TRIES = 120;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final ParseConfig config;
  private final Leases leases;
  private final Attempt attempt;
  private final BlobStore blobs;
  private final Spool spool;
  private final ReaderPool readers;
  private final List<Loop> loops = new ArrayList<>();
  private final Replica replica;

  ParseWorkers(
      ParseConfig config,
      Leases leases,
      Attempt attempt,
      BlobStore blobs,
      Spool spool,
      ReaderPool readers,
      Replica replica) {
    this.config = config;
    this.leases = leases;
    this.attempt = attempt;
    this.blobs = blobs;
    this.spool = spool;
    this.readers = readers;
    this.replica = replica;
  }

  void start(@Observes StartupEvent event) {
    for (int i = 0; i < config.workers(); i++) {
      String worker = replica.id() + "/" + i;
      loops.add(Loop.ofWork("parse-worker-" + i, config.poll(), () -> next(worker)));
    }
    loops.add(new Loop("parse-purge", config.poll(), this::purge));
    Thread.ofVirtual().name("spool").start(spool::clean);
    loops.forEach(Loop::start);
  }

  void stop(@Observes ShutdownEvent event) {
    loops.forEach(Loop::close);
  }

  void wake(@Observes(during = TransactionPhase.AFTER_SUCCESS) UploadArrived arrived) {
    loops.forEach(Loop::wake);
  }

  private void next(String worker) {
    try {
      Optional<Upload> due = leases.next(worker, config.lease());
      if (due.isPresent()) {
        handle(due.get(), worker);
        loops.forEach(Loop::wake);
      } else {
        readers.tidy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(Upload upload, String worker) throws IOException {
    try {
      Outcome outcome = attempt.of(upload, worker);
      commit(upload, outcome);
      LOG.infof(
          "Upload worked on, id=%s outcome=%s", upload.id(), outcome.getClass().getSimpleName());
    } catch (LeaseLost e) {
      LOG.infof("Work was void: %s", e.getMessage());
      blobs.delete(upload.recordsKey(upload.fence()));
      leases.purged(upload.id(), false);
    } catch (InterruptedException e) {
      leases.release(upload, Duration.ZERO, false);
    } catch (Attempt.Fault e) {
      Duration wait = new Backoff(config.backoff(), LONGEST_WAIT).after(upload.faults());
      LOG.warnf(
          "Upload waits, id=%s seconds=%d cause=%s", upload.id(), wait.toSeconds(), e.getCause());
      leases.release(upload, wait, true);
    }
  }

  /** What is done is not done again for a database that is away for a while. */
  private void commit(Upload upload, Outcome outcome) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        leases.end(upload, outcome);
        return;
      } catch (LeaseLost e) {
        throw e;
      } catch (EventTooLarge e) {
        if (outcome instanceof Outcome.Rejected) {
          throw e; // the lease ends by itself, and is counted
        }
        outcome = tooLarge(upload);
      } catch (RuntimeException e) {
        if (tries == COMMIT_TRIES) {
          throw e;
        }
        LOG.warnf("An outcome waits for the database, id=%s cause=%s", upload.id(), e);
        Thread.sleep(1000);
      }
    }
  }

  private static Outcome tooLarge(Upload upload) {
    return new Outcome.Rejected(
        "too_large",
        upload.plan() == null
            ? "The names of this file's sheets and columns are too long together; shorten the headers,"
                + " or upload what a zip holds in several."
            : "The names of this file's sheets and columns and the upload's plan are too long together;"
                + " shorten the headers or the plan.",
        Where.file(upload.filename()));
  }

  /**
   * Beside the work, which may go on for long before there is none. Goes on after one that cannot
   * be purged.
   *
   * @throws UncheckedIOException for the first of those, at the end
   */
  void purge() {
    UncheckedIOException failed = null;
    for (Upload deleted : leases.toPurge()) {
      try {
        blobs.delete(deleted.contentKey());
        for (int fence = 1; fence <= deleted.fence(); fence++) {
          blobs.delete(deleted.recordsKey(fence));
        }
        leases.purged(deleted.id(), true);
      } catch (IOException e) {
        failed = failed == null ? new UncheckedIOException(e) : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
