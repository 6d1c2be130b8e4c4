package io.tunemesh.inference.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the engine is: any OpenAI-compatible server with vLLM's adapter endpoints. Its address
 * counts when no {@link EnginesConfig} lists engines and none are discovered; the rest holds for
 * all engines.
 */
@ConfigMapping(prefix = "tunemesh.engine")
public interface EngineConfig extends EngineTraits {

  /** Its address, without {@code /v1}. */
  URI url();

  /** The id under which it serves the base model. */
  String model();

  /** A folder that this service writes and the engine reads under the same path. */
  Path adapters();

  @WithDefault("1s")
  Duration connectTimeout();

  /** How long the engine may take to list its models. */
  @WithDefault("10s")
  Duration listTimeout();

  /** How long the engine may take to load or unload an adapter. */
  @WithDefault("60s")
  Duration loadTimeout();

  /** How long the engine may be silent while it answers. */
  @WithDefault("300s")
  Duration answerTimeout();

  /**
   * How many answers one engine is asked for at once by each event loop; {@code
   * tunemesh.quota.slots} limits them all.
   */
  @WithDefault("1024")
  int maxConnections();
}
