package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.BuildProgress;
import io.tunemesh.dataset.dataset.BuildProgress.Stage;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;

/** How far a build is; the build tells it, and any thread may ask, or tell the build to stop. */
final class Advance {

  private record Part(Stage stage, long of, AtomicLong done) {}

  private volatile boolean stopped;
  private volatile Part now = new Part(Stage.READING, 0, new AtomicLong());

  /**
   * The next part begins, or the same anew.
   *
   * @param of how much there is to do; 0 where that is not counted
   */
  void begins(Stage stage, long of) {
    check();
    now = new Part(stage, of, new AtomicLong());
  }

  /** So many more are done. */
  void adds(long more) {
    check();
    now.done.addAndGet(more);
  }

  /** Nobody wants the build any more. */
  void stop() {
    stopped = true;
  }

  /** Throws CancellationException if nobody wants the build any more. */
  void check() {
    if (stopped) {
      throw new CancellationException("the dataset is another's to build");
    }
  }

  BuildProgress progress() {
    Part part = now;
    return part.of == 0
        ? new BuildProgress(part.stage, null, null)
        : new BuildProgress(part.stage, Math.min(part.done.get(), part.of), part.of);
  }
}
