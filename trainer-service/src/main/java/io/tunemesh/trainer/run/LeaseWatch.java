package io.tunemesh.trainer.run;

import io.tunemesh.trainer.job.Claim;
import io.tunemesh.trainer.job.LeaseLost;
import io.tunemesh.trainer.job.Leases;
import io.tunemesh.trainer.job.Wanted;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps an attempt's lease alive and listens for what the job's owner wants. When the lease is
 * lost, or could not be renewed for its whole length, {@code onLost} runs at once.
 */
final class LeaseWatch implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(LeaseWatch.class);
  private static final long LOOK_MS = 250;

  private final Leases leases;
  private final Claim claim;
  private final Duration lease;
  private final Duration renew;
  private final Runnable onLost;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean closed;
  private volatile boolean lost;
  private volatile boolean settling;
  private volatile Wanted wanted;
  private long renewed = System.nanoTime();

  LeaseWatch(Leases leases, Claim claim, RunConfig config, Runnable onLost) {
    this.leases = leases;
    this.claim = claim;
    this.lease = config.lease();
    this.renew = config.renew();
    this.onLost = onLost;
    Thread.ofVirtual().name("lease-" + claim.jobId()).start(this::run);
  }

  boolean lost() {
    return lost;
  }

  /** What the job's owner wants of the attempt; null for nothing. */
  Wanted wanted() {
    return wanted;
  }

  /** Throws {@link LeaseLost} if the lease is lost. */
  void check() {
    if (lost) {
      throw new LeaseLost(claim.jobId(), claim.fence());
    }
  }

  /**
   * Tells that the attempt's outcome is about to be written: that the job is not held any more is
   * then no loss, and the write itself is refused if the fence is stale.
   */
  void settle() {
    settling = true;
  }

  private void run() {
    while (!lost) {
      try {
        look();
      } catch (LeaseLost e) {
        lose(e.getMessage());
        return;
      } catch (RuntimeException e) {
        LOG.warnf("The lease waits for the database, job=%s: %s", claim.jobId(), e.getMessage());
        if (since(renewed).compareTo(lease) > 0) {
          lose("not renewed within " + lease);
        }
      }
      if (closed()) {
        return;
      }
    }
  }

  private void look() {
    long now = System.nanoTime();
    if (since(renewed).compareTo(renew) > 0) {
      leases.renew(claim, lease);
      renewed = now;
    }
    wanted = leases.wanted(claim).orElse(null);
  }

  private void lose(String why) {
    if (closed || settling) {
      return;
    }
    LOG.warnf("The lease is lost, job=%s, attempt=%d: %s", claim.jobId(), claim.fence(), why);
    lost = true;
    onLost.run();
  }

  /** Waits until it is time to look again; true if there is no need to. */
  private boolean closed() {
    try {
      return closing.await(LOOK_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static Duration since(long then) {
    return Duration.ofNanos(System.nanoTime() - then);
  }

  /** Ends the watch; an interrupt instead would cut the database connection that it may hold. */
  @Override
  public void close() {
    closed = true;
    closing.countDown();
  }
}
