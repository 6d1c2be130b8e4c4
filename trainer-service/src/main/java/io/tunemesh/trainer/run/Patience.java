package io.tunemesh.trainer.run;

import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.trainer.job.LeaseLost;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Does what needs the database or the blob store again while one of them is away, as long as the
 * attempt may go on. Hours of training are not lost to a server that restarts.
 */
final class Patience {

  private static final Logger LOG = Logger.getLogger(Patience.class);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long PAUSE_MS = 500;

  private final Runnable stillAllowed;

  /** {@code stillAllowed} throws when nothing must be tried any more. */
  Patience(Runnable stillAllowed) {
    this.stillAllowed = stillAllowed;
  }

  /** Runs {@code work} until it goes through; throws its last fault after two minutes. */
  void run(Runnable work) {
    try {
      get(
          () -> {
            work.run();
            return null;
          });
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  <T> T get(Work<T> work) throws IOException {
    long since = System.nanoTime();
    while (true) {
      try {
        return work.run();
      } catch (LeaseLost | CorruptBlob | NoSuchFileException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        stillAllowed.run();
        if (System.nanoTime() - since > LIMIT.toNanos()) {
          throw e;
        }
        LOG.warnf("Tried again: %s", e.toString());
        sleep(PAUSE_MS);
      }
    }
  }

  static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Something that may fail for a while. */
  interface Work<T> {
    T run() throws IOException;
  }
}
