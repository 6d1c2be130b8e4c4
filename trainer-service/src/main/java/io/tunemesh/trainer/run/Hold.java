package io.tunemesh.trainer.run;

import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import io.tunemesh.platform.work.LeaseLost;
import io.tunemesh.platform.work.Patience;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.job.Leases;
import io.tunemesh.trainer.job.Wanted;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * An attempt's hold on its job: keeps the lease alive, hears what is wished, and writes the
 * attempt's outcome. Once the lease is lost nothing can be written.
 */
final class Hold implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Hold.class);

  private static final Duration LOOK = Duration.ofMillis(250);

  private final Claim claim;
  private final Endings endings;
  private final Leases leases;
  private final RunConfig config;
  private final BooleanSupplier stopping;
  private final LeaseKeeper keeper;
  private final Patience patience;
  private volatile Wanted wanted;
  private long renewed = System.nanoTime();

  /**
   * @param onLost runs at once when the lease is lost
   */
  Hold(Claim claim, Tools tools, BooleanSupplier stopping, Runnable onLost) {
    this.claim = claim;
    this.endings = tools.endings();
    this.leases = tools.leases();
    this.config = tools.config();
    this.stopping = stopping;
    this.keeper = new LeaseKeeper(claim, config.lease(), LOOK, this::look, onLost);
    this.patience = new Patience(keeper::check);
  }

  private void look() {
    long now = System.nanoTime();
    if (now - renewed > config.renew().toNanos()) {
      leases.renew(claim, config.lease());
      renewed = now;
    }
    wanted = leases.wanted(claim).orElse(null);
  }

  Claim claim() {
    return claim;
  }

  /** Throws {@link LeaseLost} if the lease is lost. */
  void check() {
    keeper.check();
  }

  /** What is wished now; null for nothing. */
  Wish wish() {
    return switch (wanted) {
      case CANCEL -> Wish.CANCEL;
      case PAUSE -> Wish.PAUSE;
      case null -> stopping.getAsBoolean() ? Wish.STOP : null;
    };
  }

  /** Writes something down on the way, with patience. */
  void note(Runnable write) {
    patience.run(write);
  }

  /** Does something with the blob store, with patience. */
  <T> T get(Patience.Work<T> work) throws IOException {
    return patience.get(work);
  }

  void succeeded(AdapterManifest manifest) {
    settle(() -> endings.succeeded(claim, manifest));
  }

  void failed(String code, String reason, String field) {
    settle(() -> endings.failed(claim, code, reason, field));
  }

  void datasetLost(String reason) {
    settle(() -> endings.datasetLost(claim, reason));
  }

  /** Ends the attempt as it was wished. */
  void fulfilled(Wish wish) {
    settle(
        () -> {
          switch (wish) {
            case CANCEL -> endings.cancelled(claim);
            case PAUSE -> endings.paused(claim);
            case STOP -> endings.released(claim);
          }
        });
  }

  /** Ends the attempt by a fault that another attempt may not meet. */
  void crashed(String code, String reason) {
    LOG.warnf(
        "An attempt ends, job=%s, attempt=%d, code=%s: %s",
        claim.id(), claim.fence(), code, reason);
    settle(() -> endings.crashed(claim, code, reason));
  }

  /** Ends the attempt for what is away, such as the blob store; another attempt comes later. */
  void waits(String reason) {
    LOG.warnf("An attempt waits, job=%s, attempt=%d: %s", claim.id(), claim.fence(), reason);
    settle(() -> endings.waits(claim, reason));
  }

  private void settle(Runnable outcome) {
    keeper.settle();
    patience.run(outcome);
  }

  @Override
  public void close() {
    keeper.close();
  }
}
