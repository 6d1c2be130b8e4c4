package io.tunemesh.platform.work;

import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.outbox.EventTooLarge;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Does what needs the database or the blob store again while one of them is away, as long as the
 * work may go on. Hours of work are not lost to a server that restarts.
 */
public final class Patience {

  private static final Logger LOG = Logger.getLogger(Patience.class);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Runnable stillAllowed;

  /** {@code stillAllowed} throws when nothing must be tried any more. */
  public Patience(Runnable stillAllowed) {
    this.stillAllowed = stillAllowed;
  }

  /** Runs {@code work} until it goes through; throws its last fault after two minutes. */
  public void run(Runnable work) {
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

  /** The result of {@code work}, as {@link #run}; what no waiting can mend is thrown at once. */
  public <T> T get(Work<T> work) throws IOException {
    long since = System.nanoTime();
    while (true) {
      try {
        return work.run();
      } catch (LeaseLost | CorruptBlob | BlobNotFound | NoSuchFileException | EventTooLarge e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        stillAllowed.run();
        if (System.nanoTime() - since > LIMIT.toNanos()) {
          throw e;
        }
        LOG.warnf("Tried again: %s", e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Something that may fail for a while. */
  public interface Work<T> {
    T run() throws IOException;
  }
}
