package io.tunemesh.inference.engine;

/**
 * A request's place in an engine; holds its adapter there until it is closed. How the engine
 * answered is told once, by {@link #succeeded} or {@link #failed}.
 */
public final class Seat implements AutoCloseable {

  private final Engine engine;
  private final Copy copy;
  private final Breaker.Trial trial;
  private boolean closed;

  private Seat(Engine engine, Copy copy, Breaker.Trial trial) {
    this.engine = engine;
    this.copy = copy;
    this.trial = trial;
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
    engine.begins();
    return new Seat(engine, copy, trial);
  }

  public Engine engine() {
    return engine;
  }

  /** The adapter in the engine; null for the base model. */
  public Copy copy() {
    return copy;
  }

  /** The engine began an answer that is no failure of its own. */
  public void succeeded() {
    trial.succeeded();
  }

  /** The engine failed. */
  public void failed() {
    trial.failed();
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
