package io.tunemesh.inference.engine;

import java.time.Duration;

/** How often something was used of late: each use counts 1, and half of that a half-life later. */
public final class Use {

  private final double halfLife;
  private double sum;
  private long at = System.nanoTime();

  public Use(Duration halfLife) {
    this.halfLife = halfLife.toNanos();
  }

  public synchronized void hit() {
    long now = System.nanoTime();
    sum = faded(now) + 1;
    at = now;
  }

  /** The uses of late, each with its weight. */
  public synchronized double sum() {
    return faded(System.nanoTime());
  }

  /** Uses a second, of late. */
  public double rate() {
    return sum() * Math.log(2) / (halfLife / 1e9);
  }

  private double faded(long now) {
    return sum * Math.exp(-Math.log(2) * (now - at) / halfLife);
  }
}
