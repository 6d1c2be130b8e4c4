package io.tunemesh.dataset.ahead;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Has things made on several threads, ahead of the one that takes them, and gives them in the order
 * in which they were asked for.
 */
public final class Ahead<T> implements Closeable {

  private static final int MOST_THREADS = 4;

  private final int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  private final ExecutorService makers;
  private final Queue<Future<T>> making = new ArrayDeque<>();

  /**
   * @param name of its threads, before their number
   */
  public Ahead(String name) {
    makers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().name(name, 0).factory());
  }

  /** Whether so little is being made that a thread may soon have nothing to do. */
  public boolean wants() {
    return making.size() < threads + 2;
  }

  /** Has another one made. */
  public void add(Callable<T> maker) {
    making.add(makers.submit(maker));
  }

  /** The next one, or what was thrown instead; null if no more was asked for. */
  public T take() throws IOException {
    return making.isEmpty() ? null : result(making.remove());
  }

  /** What another thread made, or what it threw. */
  public static <T> T result(Future<T> made) throws IOException {
    try {
      return made.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while another thread worked for this one", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Ends the threads; what they made and nobody took is lost. */
  @Override
  public void close() {
    makers.shutdownNow();
    makers.close();
  }
}
