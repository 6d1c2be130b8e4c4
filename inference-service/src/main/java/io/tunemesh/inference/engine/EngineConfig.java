package io.tunemesh.inference.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the engine is: any OpenAI-compatible server with vLLM's adapter endpoints. Its address
 * counts when no {@link EnginesConfig} lists engines and none are discovered; the rest holds for
 * all engines.
 */
@ConfigMapping(prefix = "tunemesh.engine")
public interface EngineConfig {

  /** Its address, without {@code /v1}. */
  URI url();

  /** The id under which it serves the base model. */
  String model();

  /** A folder that this service writes and the engine reads under the same path. */
  Path adapters();

  /** Sent as a bearer key, where the engine wants one. */
  Optional<String> apiKey();

  /** How many adapters it runs at once. */
  @WithDefault("8")
  int maxLoras();

  /** How many adapters it holds at most. */
  @WithDefault("64")
  int maxCpuLoras();

  /** The methods of the adapters it serves, as {@code lora,qlora} for a vLLM; left out, all. */
  Optional<List<String>> kinds();

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

  /** How many answers one engine is asked for at once. */
  @WithDefault("1024")
  int maxConnections();
}
