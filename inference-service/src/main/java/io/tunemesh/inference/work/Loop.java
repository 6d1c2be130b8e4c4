package io.tunemesh.inference.work;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Runs a step again and again on a thread of its own: each {@code period}, and at once when woken.
 * A step that throws is logged and runs again; a wake-up during a step is not lost.
 */
public final class Loop implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Loop.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final Duration period;
  private final Runnable step;
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * A loop that does not run yet; it may be woken already.
   *
   * @param name of its thread, for logs
   */
  public Loop(String name, Duration period, Runnable step) {
    this.name = name;
    this.period = period;
    this.step = step;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /** Begins with the first step. */
  public void start() {
    thread.start();
  }

  /** Runs the step as soon as the one that runs now is over. */
  public void wake() {
    wakes.release();
  }

  /** Interrupts the step and waits some seconds for its end. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    String told = null;
    while (!closed) {
      try {
        step.run();
        told = null;
      } catch (RuntimeException | OutOfMemoryError e) {
        if (!closed && !e.toString().equals(told)) {
          told = e.toString();
          LOG.warnf(e, "Step failed and is tried again, loop=%s", name);
        }
      }
      pause();
    }
  }

  private void pause() {
    try {
      wakes.tryAcquire(period.toMillis(), TimeUnit.MILLISECONDS);
      wakes.drainPermits();
    } catch (InterruptedException e) {
      closed = true;
    }
  }
}
