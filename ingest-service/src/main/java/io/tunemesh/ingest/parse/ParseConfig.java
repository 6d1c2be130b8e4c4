package io.tunemesh.ingest.parse;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How uploads are read in the background. */
@ConfigMapping(prefix = "tunemesh.parse")
public interface ParseConfig {

  /** Files read at once by this replica; each may need about 200 MB of heap. */
  @WithDefault("1")
  int workers();

  /** How long an upload stays with a worker that says nothing. */
  @WithDefault("PT30S")
  Duration lease();

  /** How often an idle worker looks for uploads that no wake-up told of. */
  @WithDefault("PT5S")
  Duration poll();

  /** Workers that one file may take down before it is rejected. */
  @WithDefault("3")
  int attempts();

  /** The wait after a fault of the store or the database, doubled up to a minute. */
  @WithDefault("PT2S")
  Duration backoff();

  /** How long fetching and reading one file may take; the readers have shorter limits. */
  @WithDefault("PT10M")
  Duration timeout();
}
