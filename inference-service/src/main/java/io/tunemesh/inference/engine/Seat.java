package io.tunemesh.inference.engine;

/**
 * A request's place in an engine; holds its adapter there until it is closed. How the engine
 * answered is told once, by {@link #succeeded} or {@link #failed}.
 */
public final class Seat implements AutoCloseable {

  private final Engine engine;
  private final Copy copy;
  private final Breaker.Trial trial;
  private final boolean afterStall;
  private final long start = System.nanoTime();
  private boolean closed;

  private Seat(Engine engine, Copy copy, Breaker.Trial trial, boolean afterStall) {
    this.engine = engine;
    this.copy = copy;
    this.trial = trial;
    this.afterStall = afterStall;
  }

  /**
   * Sits down in {@code engine}.
   *
   * @param adapter its name in the engine; null for the base model
   * @return null if the engine lets no request through, or does not have the adapter now
   */
  public static Seat in(Engine engine, String adapter) {
    Copy copy = adapter == null ? null : engine.places().copy(adapter);
    if (adapter != null && (copy == null || !copy.take())) {
      return null;
    }
    Breaker.Trial trial = engine.breaker().enter();
    if (trial == null) {
      if (copy != null) {
        copy.leave();
      }
      return null;
    }
    return new Seat(engine, copy, trial, engine.begins());
  }

  public Engine engine() {
    return engine;
  }

  /** The adapter in the engine; null for the base model. */
  public Copy copy() {
    return copy;
  }

  /**
   * Whether the engine is silent to this request. One that tries it after a stall is given the time
   * that a pause of a well engine may last, since the engine counts as silent for others until this
   * one is answered.
   */
  public boolean isUnheard() {
    if (!afterStall) {
      return engine.isSilent();
    }
    boolean waits = System.nanoTime() - start < engine.patience().toNanos();
    return waits ? engine.isDeaf() : engine.isInDoubt();
  }

  /** The engine began an answer that is no failure of its own. */
  public void succeeded() {
    engine.speaks();
    trial.succeeded();
  }

  /** The engine failed. */
  public void failed() {
    trial.failed();
  }

  /** The engine refused this service by an answer {@link EngineError#isOfTheKey}: it failed. */
  public void refusedKey(int status) {
    engine.refusesKey(status);
    failed();
  }

  /** Once is enough; a request whose outcome was not told counts for nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    trial.ended();
    engine.ends();
    if (copy != null) {
      copy.leave();
    }
  }
}
