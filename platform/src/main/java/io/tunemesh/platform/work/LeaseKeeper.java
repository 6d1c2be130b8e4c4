package io.tunemesh.platform.work;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps a claim's lease alive while its holder works. A database that is away is asked again; when
 * the claim is another's, {@code onLost} runs at once, and when it was not renewed for the lease's
 * whole length, at the second look from then on, also while the database says nothing at all. It
 * has threads of the system's, so that nothing that computes keeps it from renewing.
 */
public final class LeaseKeeper implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(LeaseKeeper.class);

  /** How often in a lease's length it is looked at least whether it was renewed. */
  private static final int LOOKS = 6;

  private final Claim claim;
  private final Duration length;
  private final Runnable renew;
  private final Runnable onLost;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean settling;
  private volatile boolean lost;
  private volatile long renewed = System.nanoTime();
  private boolean late;

  /**
   * Begins to keep the lease.
   *
   * @param length of the lease
   * @param every how often {@code renew} runs
   * @param renew makes the lease last {@code length} from now, or throws {@link LeaseLost}
   */
  public LeaseKeeper(
      Claim claim, Duration length, Duration every, Runnable renew, Runnable onLost) {
    this.claim = claim;
    this.length = length;
    this.renew = renew;
    this.onLost = onLost;
    repeat("lease-", every, this::renew);
    Duration slowly = length.dividedBy(LOOKS);
    repeat("lease-watch-", every.compareTo(slowly) > 0 ? every : slowly, this::watch);
  }

  /** Whether the lease is lost. */
  public boolean lost() {
    return lost;
  }

  /** Throws {@link LeaseLost} if the lease is lost. */
  public void check() {
    if (lost) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
  }

  /**
   * Tells that the outcome is about to be written: that the claim is over is then no loss, and the
   * write itself is refused if the fence is stale.
   */
  public void settle() {
    settling = true;
  }

  private void repeat(String name, Duration every, Runnable step) {
    Thread.ofPlatform().daemon().name(name + claim.id()).start(() -> run(every.toMillis(), step));
  }

  private void run(long everyMs, Runnable step) {
    try {
      while (!lost && !closing.await(everyMs, TimeUnit.MILLISECONDS)) {
        step.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renew() {
    long now = System.nanoTime();
    try {
      renew.run();
      renewed = now;
    } catch (LeaseLost e) {
      lose(e.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.warnf("A lease waits to be renewed, id=%s: %s", claim.id(), e);
    }
  }

  /** A process that stood still is late once, and has until the second look to renew. */
  private void watch() {
    boolean wasLate = late;
    late = System.nanoTime() - renewed > length.toNanos();
    if (wasLate && late) {
      lose("it was not renewed within " + length);
    }
  }

  private synchronized void lose(String why) {
    if (lost || settling || closing.getCount() == 0) {
      return;
    }
    LOG.warnf("A lease is lost, id=%s attempt=%d: %s", claim.id(), claim.fence(), why);
    lost = true;
    onLost.run();
  }

  /**
   * Ends the keeping; {@code onLost} has run to its end then, or never will, so that it cannot end
   * what its holder does next. An interrupt instead would cut the database connection that it may
   * hold.
   */
  @Override
  public synchronized void close() {
    closing.countDown();
  }
}
