package io.tunemesh.trainer.live;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How jobs are followed as they go. */
@ConfigMapping(prefix = "tunemesh.trainer.live")
public interface LiveConfig {

  /** So many streams a tenant may have open at this replica. */
  @WithDefault("50")
  int streamsPerTenant();
}
