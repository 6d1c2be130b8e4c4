package io.tunemesh.inference.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How engines share the work. */
@ConfigMapping(prefix = "tunemesh.pool")
public interface PoolConfig {

  /** How many adapters are kept loaded without being asked for; left out, as many as fit. */
  OptionalInt warm();

  /** The time in which the weight of a past request halves, for how popular an adapter is. */
  @WithDefault("10m")
  Duration halfLife();

  /** An adapter gets one copy more for each so many requests a second … */
  @WithDefault("20")
  double requestsPerCopy();

  /** … as counted with this half-life. */
  @WithDefault("15s")
  Duration rateHalfLife();

  /** An engine is passed over for an adapter while it has so many times the mean of requests. */
  @WithDefault("1.25")
  double loadFactor();

  /** An engine that is slower than this to say how it is goes last of all. */
  @WithDefault("1s")
  Duration suspectAfter();

  /** How many engines are asked in turn, before one has said anything, when one fails. */
  @WithDefault("3")
  int tries();

  Pause pause();

  Breaker breaker();

  Hedge hedge();

  /** The longest pause within a stream that has begun; then it is ended with an error. */
  interface Pause {

    /** … of an engine that is down or does not say in time how it is. */
    @WithDefault("10s")
    Duration silent();

    /** … of one that says that it is well. */
    @WithDefault("60s")
    Duration well();
  }

  /** When an engine that answers with failures is left alone. */
  interface Breaker {

    /** Among so many answers of an engine … */
    @WithDefault("20")
    int answers();

    /** … this share must be failures … */
    @WithDefault("0.5")
    double failures();

    /** … to leave it alone for so long, and then try it with one request. */
    @WithDefault("5s")
    Duration pause();
  }

  /** Asking a second engine when the first is slow to begin; the slower one is cancelled. */
  interface Hedge {

    /** The models for which it is done, as the asker names them, or {@code *}; left out, none. */
    Optional<List<String>> models();

    /** The second engine is asked when the first is slower than this share of late answers … */
    @WithDefault("0.95")
    double share();

    /** … but not sooner than this. */
    @WithDefault("100ms")
    Duration notBefore();
  }
}
