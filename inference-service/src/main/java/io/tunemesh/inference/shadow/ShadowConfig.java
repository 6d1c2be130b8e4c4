package io.tunemesh.inference.shadow;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How shadowed models are asked. */
@ConfigMapping(prefix = "tunemesh.shadows")
public interface ShadowConfig {

  /** How many are asked at once. */
  @WithDefault("4")
  int concurrency();

  /** How many may wait to be asked; more are left out and counted. */
  @WithDefault("64")
  int waiting();

  /** How many answers are kept of each alias. */
  @WithDefault("200")
  int keep();
}
