package io.tunemesh.trainer.run;

import java.time.Duration;

/** Wakes those who wait for a job. A ring while nobody waits is heard by the next who does. */
final class Bell {

  private long rings;
  private long heard;

  synchronized void ring() {
    rings++;
    notifyAll();
  }

  /** Waits for a ring, at most so long. */
  synchronized void await(Duration limit) throws InterruptedException {
    if (rings == heard) {
      wait(Math.max(1, limit.toMillis()));
    }
    heard = rings;
  }
}
