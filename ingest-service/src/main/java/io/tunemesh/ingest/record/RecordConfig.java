package io.tunemesh.ingest.record;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much one file may become, whatever its kind. */
@ConfigMapping(prefix = "tunemesh.records")
public interface RecordConfig {

  /** Rows of the whole file. */
  @WithDefault("1000000")
  long maxRows();

  /** Characters of all records together, with the names of the columns in each. */
  @WithDefault("500000000")
  long maxCharacters();
}
