package io.tunemesh.trainer.export;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How this replica makes exports. One that has no slots makes none. */
@ConfigMapping(prefix = "tunemesh.trainer.export")
public interface ExportConfig {

  /**
   * Whether an export may run while every slot trains; otherwise it takes a slot's place. Writing a
   * merged model needs the base's size in memory.
   */
  @WithDefault("false")
  boolean besideTraining();

  /** The exporter's module. */
  @WithDefault("tune.export")
  String module();

  /** An export that takes longer is ended. */
  @WithDefault("2h")
  Duration limit();

  /** Attempts that end without an outcome before the export fails. */
  @WithDefault("3")
  int maxAttempts();

  /** The pause after the first such attempt; doubles up to a minute. */
  @WithDefault("2s")
  Duration backoff();

  /** How often an idle replica looks for an export that nobody told it of. */
  @WithDefault("2s")
  Duration poll();
}
