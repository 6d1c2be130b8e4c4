package io.tunemesh.dataset.build;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Renews a lease three times in its length until it is closed or lost. */
final class Renewal implements Closeable {

  private static final Logger LOG = Logger.getLogger(Renewal.class);

  private final CountDownLatch closed = new CountDownLatch(1);

  private Renewal() {}

  static Renewal of(Leases leases, Lease lease, Duration length) {
    Renewal renewal = new Renewal();
    Thread.ofVirtual()
        .name("renew-" + lease.datasetId())
        .start(() -> renewal.run(leases, lease, length.toMillis() / 3));
    return renewal;
  }

  private void run(Leases leases, Lease lease, long pauseMs) {
    boolean held = true;
    try {
      while (held && !closed.await(pauseMs, TimeUnit.MILLISECONDS)) {
        held = renewed(leases, lease);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when the lease is lost; a database that is away is asked again. */
  private static boolean renewed(Leases leases, Lease lease) {
    try {
      return leases.renew(lease);
    } catch (RuntimeException e) {
      LOG.warnf("A lease waits to be renewed, dataset=%s: %s", lease.datasetId(), e.getMessage());
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
