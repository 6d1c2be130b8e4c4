package io.tunemesh.platform.live;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How jobs are followed as they go. */
@ConfigMapping(prefix = "tunemesh.streams")
public interface StreamsConfig {

  /** So many streams a tenant may have open at this replica. */
  @WithDefault("50")
  int perTenant();
}
