package io.tunemesh.inference.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Optional;

/**
 * The engines of the pool; with none of them and no discovery, it is {@link EngineConfig}'s one.
 */
@ConfigMapping(prefix = "tunemesh.engines")
public interface EnginesConfig {

  @WithParentName
  List<Listed> all();

  /** One engine; see {@link EngineSpec}. */
  interface Listed extends EngineTraits {

    String url();

    /** The base model it serves; left out, {@code tunemesh.engine.model}. */
    Optional<String> model();
  }
}
