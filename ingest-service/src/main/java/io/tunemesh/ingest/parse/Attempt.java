package io.tunemesh.ingest.parse;

import io.tunemesh.contract.Where;
import io.tunemesh.ingest.upload.Upload;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** One try at the work on an upload, in a thread of its own, while the lease is renewed. */
@ApplicationScoped
class Attempt {

  /** The work failed for a reason that is not the file's; another time may do. */
  static final class Fault extends Exception {
    Fault(Throwable cause) {
      super(cause);
    }
  }

  private static final Logger LOG = Logger.getLogger(Attempt.class);

  private final ParseConfig config;
  private final Leases leases;
  private final UploadWork work;

  Attempt(ParseConfig config, Leases leases, UploadWork work) {
    this.config = config;
    this.leases = leases;
    this.work = work;
  }

  /**
   * Works on {@code upload}.
   *
   * @throws Fault if it may go well another time
   * @throws LeaseLost if another worker took it, or it was deleted, meanwhile
   * @throws InterruptedException if the service stops
   */
  Outcome of(Upload upload, String worker) throws Fault, InterruptedException {
    if (upload.crashes() >= config.attempts()) {
      return new Outcome.Rejected(
          "crashed",
          "Reading the file failed %d times without an answer; save it anew, or split it."
              .formatted(upload.crashes()),
          Where.file(upload.filename()));
    }
    FutureTask<Outcome> task = new FutureTask<>(() -> work.run(upload));
    Thread thread = Thread.ofPlatform().name("read-" + upload.id()).daemon().start(task);
    try {
      return await(task, upload, worker);
    } finally {
      thread.interrupt();
    }
  }

  private Outcome await(FutureTask<Outcome> task, Upload upload, String worker)
      throws Fault, InterruptedException {
    long end = System.nanoTime() + config.timeout().toNanos();
    Duration renewal = config.lease().dividedBy(3);
    while (System.nanoTime() < end) {
      try {
        return task.get(renewal.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        renew(upload, worker);
      } catch (ExecutionException e) {
        throw new Fault(e.getCause());
      }
    }
    throw new Fault(new TimeoutException("not done within " + config.timeout()));
  }

  /** A renewal that the database does not take is tried again; the lease outlives two of them. */
  private void renew(Upload upload, String worker) {
    try {
      leases.renew(upload, worker, config.lease());
    } catch (LeaseLost e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warnf("A lease could not be renewed, id=%s cause=%s", upload.id(), e);
    }
  }
}
