package io.tunemesh.trainer.run;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The places of this machine, one for each slot: whatever runs on it beside the service has one.
 * Those who wait for a place get it in the order in which they came, so that neither training nor
 * exports keep the other out.
 */
@ApplicationScoped
public class Places {

  private final Semaphore free;

  Places(RunConfig config) {
    this.free = new Semaphore(Math.max(1, config.slots()), true);
  }

  /** Waits for a place, at most so long; false if there was none. */
  public boolean take(Duration limit) throws InterruptedException {
    return free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  public void giveBack() {
    free.release();
  }
}
