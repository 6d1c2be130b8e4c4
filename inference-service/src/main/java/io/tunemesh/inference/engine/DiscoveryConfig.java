package io.tunemesh.inference.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Where in Kubernetes engines are looked for; without {@code labels} they are not. */
@ConfigMapping(prefix = "tunemesh.discovery")
public interface DiscoveryConfig extends EngineTraits {

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
}
