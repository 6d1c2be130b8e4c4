package io.tunemesh.dataset.augment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How examples are generated. */
@ConfigMapping(prefix = "tunemesh.augment")
public interface AugmentConfig {

  /**
   * How long a dataset waits for the answers of the models that it asked; after that it is built
   * with those that came.
   */
  @WithDefault("30m")
  Duration patience();
}
