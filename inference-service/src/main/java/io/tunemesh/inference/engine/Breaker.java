package io.tunemesh.inference.engine;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/**
 * Lets no request through to an engine that answers with failures. The circuit is SmallRye's; it is
 * told of outcomes when they are known, since around a call that does not block it would change
 * threads.
 */
final class Breaker {

  private final Guard guard;
  private final long pause;
  private final AtomicBoolean trying = new AtomicBoolean();
  private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
  private volatile long openSince;

  Breaker(PoolConfig.Breaker config) {
    this.pause = config.pause().toNanos();
    this.guard =
        Guard.create()
            .withCircuitBreaker()
            .requestVolumeThreshold(config.answers())
            .failureRatio(config.failures())
            .delay(config.pause().toMillis(), ChronoUnit.MILLIS)
            .successThreshold(1)
            .onStateChange(this::changed)
            .done()
            .build();
  }

  /** Whether a request may pass now; after the pause, one may at a time. */
  boolean letsThrough() {
    return state == CircuitBreakerState.CLOSED || isPauseOver() && !trying.get();
  }

  /** Asks for a request's way; null if it is closed now. */
  Trial enter() {
    if (state == CircuitBreakerState.CLOSED) {
      return new Trial(false);
    }
    return isPauseOver() && trying.compareAndSet(false, true) ? new Trial(true) : null;
  }

  private boolean isPauseOver() {
    return System.nanoTime() - openSince > pause;
  }

  private void changed(CircuitBreakerState now) {
    if (now == CircuitBreakerState.OPEN) {
      openSince = System.nanoTime();
    }
    state = now;
  }

  private void tell(RuntimeException failure) {
    try {
      guard.get(
          () -> {
            if (failure != null) {
              throw failure;
            }
            return null;
          },
          Object.class);
    } catch (EngineUnreachable | CircuitBreakerOpenException told) {
      // That is what it was told, or it has heard enough.
    }
  }

  /** One request that was let through. */
  final class Trial {

    private final boolean decides;
    private boolean told;

    private Trial(boolean decides) {
      this.decides = decides;
    }

    void succeeded() {
      outcome(null);
    }

    void failed() {
      outcome(new EngineUnreachable("failed", null));
    }

    /** Without an outcome it counts for nothing. */
    synchronized void ended() {
      if (decides && !told) {
        trying.set(false);
      }
      told = true;
    }

    private synchronized void outcome(RuntimeException failure) {
      if (told) {
        return;
      }
      tell(failure);
      ended();
    }
  }
}
