package io.tunemesh.platform.work;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Runs a step again and again on a thread of its own: each {@code period}, and at once when woken.
 * The thread is the system's, since a step that computes for long would hold up virtual ones. A
 * step that throws is logged and runs again; a wake-up during a step is not lost.
 */
public final class Loop implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Loop.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final Duration period;
  private final Runnable step;
  private final boolean leaves;
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread;
  private Duration firstPause;
  private Leaving leaving;
  private volatile boolean closed;

  /**
   * A loop that does not run yet; it may be woken already.
   *
   * @param name of its thread, for logs
   */
  public Loop(String name, Duration period, Runnable step) {
    this(name, period, step, false);
  }

  private Loop(String name, Duration period, Runnable step, boolean leaves) {
    this.name = name;
    this.period = period;
    this.step = step;
    this.leaves = leaves;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /**
   * A loop for work that another replica can do: as soon as this process is told to end, no step
   * begins, however long the end then waits for open requests.
   *
   * @param name of its thread, for logs
   */
  public static Loop ofWork(String name, Duration period, Runnable step) {
    return new Loop(name, period, step, true);
  }

  /** Begins with the first step. */
  public void start() {
    start(Duration.ZERO);
  }

  /** Begins with the first step after {@code delay}. */
  public void start(Duration delay) {
    firstPause = delay;
    if (leaves) {
      leaving = Leaving.first(name + "-leaves", () -> closed = true);
    }
    thread.start();
  }

  /** Runs the step as soon as the one that runs now is over. */
  public void wake() {
    wakes.release();
  }

  /** Whether a step that does more than one piece of work is to begin another. */
  public boolean goesOn() {
    return !closed;
  }

  /** Lets the step that runs come to its end, for so long at most, and no other begin. */
  public void drain(Duration limit) {
    closed = true;
    wake();
    join(limit);
  }

  /** Interrupts the step and waits some seconds for its end. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    join(PATIENCE);
  }

  private void join(Duration limit) {
    if (leaving != null) {
      leaving.close();
    }
    try {
      thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    if (firstPause.isPositive()) {
      pause(firstPause);
    }
    String told = null;
    while (!closed) {
      try {
        step.run();
        told = null;
      } catch (RuntimeException | Error e) {
        if (!closed && !e.toString().equals(told)) {
          told = e.toString();
          LOG.warnf(e, "Step failed and is tried again, loop=%s", name);
        }
      }
      pause(period);
    }
  }

  private void pause(Duration time) {
    try {
      wakes.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
      wakes.drainPermits();
    } catch (InterruptedException e) {
      closed = true;
    }
  }
}
