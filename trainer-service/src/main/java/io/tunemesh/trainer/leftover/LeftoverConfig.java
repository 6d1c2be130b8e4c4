package io.tunemesh.trainer.leftover;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When what nobody needs any more is removed. */
@ConfigMapping(prefix = "tunemesh.trainer.leftovers")
interface LeftoverConfig {

  /** How often it is looked for, besides once at the start. */
  @WithDefault("1h")
  Duration every();

  /**
   * No blob younger than this is removed, and no folder of an id that the database does not know.
   */
  @WithDefault("24h")
  Duration grace();

  /** A worker's log goes after so long without a new line. */
  @WithDefault("7d")
  Duration logs();
}
