package io.tunemesh.inference.quota;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A draw from a shared bucket that is under way, on a thread of its own, since nothing bounds how
 * long a database may be silent.
 */
final class Drawing {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What was asked longer ago is given up, since its connection may be dead. */
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final CompletableFuture<Draw> draw = new CompletableFuture<>();
  private final long since = System.nanoTime();

  Drawing(Callable<Draw> ask) {
    Thread.ofVirtual().name("quota-draw").start(() -> run(ask));
  }

  private void run(Callable<Draw> ask) {
    try {
      draw.complete(ask.call());
    } catch (Throwable e) {
      draw.completeExceptionally(e);
    }
  }

  /** Waits for it until it has taken a second in all. */
  Draw await() throws ExecutionException, InterruptedException, TimeoutException {
    long left = PATIENCE_NANOS - (System.nanoTime() - since);
    return draw.get(Math.max(0, left), TimeUnit.NANOSECONDS);
  }

  /** Whether it is to be given up. */
  boolean isVain() {
    return System.nanoTime() - since > GIVE_UP_NANOS;
  }

  /** Tells what it gave after all, if ever it does; on any thread. */
  void whenLate(Consumer<Draw> then) {
    draw.thenAccept(then);
  }
}
