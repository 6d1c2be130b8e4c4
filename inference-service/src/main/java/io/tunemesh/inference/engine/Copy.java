package io.tunemesh.inference.engine;

import java.util.concurrent.CompletableFuture;

/** An adapter in one engine, from the moment in which a place is kept for it until it is out. */
public final class Copy {

  private final String name;
  private final Use use;
  private final CompletableFuture<Copy> loaded = new CompletableFuture<>();
  private boolean gone;
  private int running;
  private long since;

  Copy(String name, Use use) {
    this.name = name;
    this.use = use;
  }

  /** Its name in the engine. */
  public String name() {
    return name;
  }

  /** Done when the engine has it; fails with the reason if it will not. */
  public CompletableFuture<Copy> loaded() {
    return loaded;
  }

  /** Whether the engine has it now. */
  public synchronized boolean isReady() {
    return !gone && since != 0;
  }

  /** Begins a request on it, so that it stays until {@link #leave}; false if it is not there. */
  public synchronized boolean take() {
    if (!isReady()) {
      return false;
    }
    running++;
    use.hit();
    return true;
  }

  public synchronized void leave() {
    running--;
  }

  /** How often it was used of late. */
  double used() {
    return use.sum();
  }

  synchronized boolean isIdle() {
    return isReady() && running == 0;
  }

  synchronized boolean isRunning() {
    return running > 0;
  }

  /** Takes it out of use unless a request runs on it. */
  synchronized boolean retire() {
    if (!isIdle()) {
      return false;
    }
    gone = true;
    return true;
  }

  synchronized void ready() {
    since = System.nanoTime();
    loaded.complete(this);
  }

  synchronized void gone() {
    gone = true;
  }

  /** Whether it was there for certain at that {@link System#nanoTime()}. */
  synchronized boolean wasReadyAt(long time) {
    return isReady() && since - time < 0;
  }
}
