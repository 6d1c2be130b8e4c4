package io.tunemesh.inference.usage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How use is written down. */
@ConfigMapping(prefix = "tunemesh.usage")
public interface UsageConfig {

  /** How long use is kept in memory: what a kill can lose. */
  @WithDefault("1s")
  Duration flush();

  /** How long after its end a minute is told by an event. */
  @WithDefault("5s")
  Duration settle();

  /** How long minutes are kept for {@code GET /v1/usage}. */
  @WithDefault("400d")
  Duration keep();
}
