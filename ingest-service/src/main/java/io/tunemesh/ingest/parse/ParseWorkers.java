package io.tunemesh.ingest.parse;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.Where;
import io.tunemesh.ingest.upload.LeaseLost;
import io.tunemesh.ingest.upload.Upload;
import io.tunemesh.ingest.upload.UploadArrived;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.outbox.EventTooLarge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
  private final Semaphore bell = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private final String replica = UUID.randomUUID().toString();
  private volatile boolean stopping;

  ParseWorkers(
      ParseConfig config,
      Leases leases,
      Attempt attempt,
      BlobStore blobs,
      Spool spool,
      ReaderPool readers) {
    this.config = config;
    this.leases = leases;
    this.attempt = attempt;
    this.blobs = blobs;
    this.spool = spool;
    this.readers = readers;
  }

  void start(@Observes StartupEvent event) {
    for (int i = 0; i < config.workers(); i++) {
      String worker = replica + "/" + i;
      threads.add(Thread.ofVirtual().name("parse-worker-" + i).start(() -> run(worker)));
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(10));
    }
  }

  void ring(@Observes(during = TransactionPhase.AFTER_SUCCESS) UploadArrived arrived) {
    bell.release();
  }

  private void run(String worker) {
    spool.clean();
    while (!stopping) {
      try {
        Optional<Upload> due = leases.next(worker, config.lease());
        if (due.isPresent()) {
          handle(due.get(), worker);
        } else {
          purge();
          readers.tidy();
          pause();
        }
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        if (!stopping) {
          LOG.warnf("Uploads wait: %s", e);
          pause();
        }
      }
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
      Duration wait = wait(upload.faults());
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
        outcome =
            new Outcome.Rejected(
                "too_large",
                "the headers of this file's columns are too long together; shorten them",
                Where.file(upload.filename()));
      } catch (RuntimeException e) {
        if (tries == COMMIT_TRIES) {
          throw e;
        }
        LOG.warnf("An outcome waits for the database, id=%s cause=%s", upload.id(), e);
        Thread.sleep(1000);
      }
    }
  }

  private void purge() throws IOException {
    for (Upload deleted : leases.toPurge()) {
      blobs.delete(deleted.contentKey());
      for (int fence = 1; fence <= deleted.fence(); fence++) {
        blobs.delete(deleted.recordsKey(fence));
      }
      leases.purged(deleted.id(), true);
    }
  }

  private Duration wait(int faults) {
    Duration wait = config.backoff().multipliedBy(1L << Math.min(faults, 10));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  private void pause() {
    try {
      bell.tryAcquire(config.poll().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }
}
