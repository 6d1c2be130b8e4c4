package io.tunemesh.inference.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Where in Kubernetes engines are looked for; without {@code labels} they are not. */
@ConfigMapping(prefix = "tunemesh.discovery")
public interface DiscoveryConfig {

  /** Selects EndpointSlices, as {@code kubernetes.io/service-name=vllm}. */
  Optional<String> labels();

  /** Left out, the namespace in which this service runs. */
  Optional<String> namespace();

  /** The name of the engines' port; left out, their first. */
  Optional<String> port();

  @WithDefault("http")
  String scheme();

  /** The base model they serve; left out, {@code tunemesh.engine.model}. */
  Optional<String> model();

  Optional<String> apiKey();

  @WithDefault("8")
  int maxLoras();

  @WithDefault("64")
  int maxCpuLoras();

  /** The methods of the adapters they serve, as {@code lora,qlora} for vLLM; left out, all. */
  Optional<List<String>> kinds();
}
