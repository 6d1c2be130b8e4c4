package io.tunemesh.inference.completion;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How requests for answers are taken. */
@ConfigMapping(prefix = "tunemesh.completions")
public interface CompletionConfig {

  /** The longest body of a request over HTTP. */
  @WithDefault("16M")
  MemorySize maxBody();

  /** The longest answer that is put in an event, which holds 900,000 bytes with all beside it. */
  @WithDefault("870K")
  MemorySize maxAnswer();

  /** How many requests that came by event this replica answers at once. */
  @WithDefault("8")
  int concurrency();

  /** How long a request that came by event waits for its model or the engine. */
  @WithDefault("60s")
  Duration patience();

  /** The pause between two looks whether they are there. */
  @WithDefault("1s")
  Duration pause();

  /** How long a request waits for a replica that answers it and has died. */
  @WithDefault("30s")
  Duration lease();

  /** How long the id of an answered request is remembered, so that it is not answered again. */
  @WithDefault("7d")
  Duration remember();
}
