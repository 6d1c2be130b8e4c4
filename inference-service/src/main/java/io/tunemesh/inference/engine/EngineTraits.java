package io.tunemesh.inference.engine;

import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** How an engine was started; settings that are the same wherever it is named. */
public interface EngineTraits {

  /** Sent as a bearer key, where the engine wants one. */
  Optional<String> apiKey();

  /** How many adapters it runs at once. */
  @WithDefault("8")
  int maxLoras();

  /** How many adapters it holds at most. */
  @WithDefault("64")
  int maxCpuLoras();

  /** Where it is asked for classes; the default is vLLM's. */
  @WithDefault("/classify")
  String classifyPath();

  /** The methods of the adapters it serves, as {@code lora,qlora} for a vLLM; left out, all. */
  Optional<List<String>> kinds();
}
