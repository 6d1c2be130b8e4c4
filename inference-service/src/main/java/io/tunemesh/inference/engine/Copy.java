package io.tunemesh.inference.engine;

import java.util.concurrent.CompletableFuture;

/**
 * An adapter in one engine, from the moment in which a place is kept for it until the engine has
 * said that it is out. Requests run on it only while it is ready.
 */
public final class Copy {

  private enum State {
    LOADING,
    READY,
    /** The engine is asked to unload it. */
    LEAVING,
    /** The same, and its place is promised to another. */
    MAKING_WAY,
    /** The engine was asked and has not said what came of it: its next models list does. */
    UNSURE,
    GONE
  }

  private final String name;
  private final Use use;
  private final CompletableFuture<Copy> loaded = new CompletableFuture<>();
  private State state = State.LOADING;
  private boolean foreign;
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
    return state == State.READY;
  }

  /** Begins a request on it, so that it stays until {@link #leave}; false if it is not there. */
  public synchronized boolean take() {
    if (!isReady()) {
      return false;
    }
    running++;
    foreign = false;
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

  /** Whether it is there, or on its way and not out again. */
  synchronized boolean isWanted() {
    return state == State.LOADING || state == State.READY;
  }

  /** Takes it out of use, whatever runs on it; false if it is not in use. */
  synchronized boolean retire() {
    if (!isReady()) {
      return false;
    }
    state = State.LEAVING;
    return true;
  }

  /** Takes it out of use for another; false if it is not in use, or a request runs on it. */
  synchronized boolean makeWay() {
    if (!isIdle()) {
      return false;
    }
    state = State.MAKING_WAY;
    return true;
  }

  synchronized boolean makesWay() {
    return state == State.MAKING_WAY;
  }

  /** It need not go after all, if the engine was not asked yet. */
  public synchronized void stay() {
    if (makesWay()) {
      ready();
    }
  }

  synchronized void ready() {
    state = State.READY;
    since = System.nanoTime();
    loaded.complete(this);
  }

  /** Whether it is there only since then; {@code Long.MAX_VALUE} is never. */
  synchronized boolean isSince(long time) {
    return time != Long.MAX_VALUE && since - time >= 0;
  }

  /** Another replica has loaded it, for a use that is not known here and counts as one. */
  synchronized void found() {
    foreign = true;
    use.hit();
    ready();
  }

  /** Whether another replica has loaded it and nobody has used it here. */
  synchronized boolean isForeign() {
    return foreign;
  }

  synchronized void unsure() {
    state = State.UNSURE;
    since = System.nanoTime();
  }

  synchronized void gone() {
    state = State.GONE;
  }

  /** Whether a list that names it, asked for at that {@link System#nanoTime()}, is news. */
  synchronized boolean isFoundAt(long time) {
    return state == State.UNSURE && since - time < 0;
  }

  /** Whether a list that does not name it, asked for then, tells that it is not there. */
  synchronized boolean isMissingAt(long time) {
    return (state == State.READY || state == State.UNSURE) && since - time < 0;
  }
}
