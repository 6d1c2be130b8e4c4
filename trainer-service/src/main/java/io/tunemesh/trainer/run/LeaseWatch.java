package io.tunemesh.trainer.run;

import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.trainer.job.Leases;
import io.tunemesh.trainer.job.Wanted;
import java.time.Duration;

/** Keeps an attempt's lease alive and listens for what the job's owner wants. */
final class LeaseWatch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(250);

  private final Leases leases;
  private final Claim claim;
  private final RunConfig config;
  private final LeaseKeeper keeper;
  private volatile Wanted wanted;
  private long renewed = System.nanoTime();

  /**
   * @param onLost runs at once when the lease is lost
   */
  LeaseWatch(Leases leases, Claim claim, RunConfig config, Runnable onLost) {
    this.leases = leases;
    this.claim = claim;
    this.config = config;
    this.keeper = new LeaseKeeper(claim, config.lease(), LOOK, this::look, onLost);
  }

  boolean lost() {
    return keeper.lost();
  }

  /** What the job's owner wants of the attempt; null for nothing. */
  Wanted wanted() {
    return wanted;
  }

  /** Throws {@link LeaseLost} if the lease is lost. */
  void check() {
    keeper.check();
  }

  /** Tells that the attempt's outcome is about to be written. */
  void settle() {
    keeper.settle();
  }

  private void look() {
    long now = System.nanoTime();
    if (now - renewed > config.renew().toNanos()) {
      leases.renew(claim, config.lease());
      renewed = now;
    }
    wanted = leases.wanted(claim).orElse(null);
  }

  @Override
  public void close() {
    keeper.close();
  }
}
