package io.tunemesh.inference.knowledge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How documents are taken in and searched. */
@ConfigMapping(prefix = "tunemesh.knowledge")
interface KnowledgeConfig {

  /** How long a replica may be silent before another goes on with its document. */
  @WithDefault("30s")
  Duration lease();

  /** How often a replica looks for documents that nobody works on. */
  @WithDefault("1s")
  Duration lookEvery();

  /** How long a document may stay unknown to this service after it was attached. */
  @WithDefault("30s")
  Duration patience();

  /** How often a document is tried over which something unforeseen fails. */
  @WithDefault("5")
  int tries();

  /** A document of more chunks is refused. */
  @WithDefault("100000")
  int maxChunks();

  /** Of how many stores the indexes are kept open. */
  @WithDefault("64")
  int openStores();
}
