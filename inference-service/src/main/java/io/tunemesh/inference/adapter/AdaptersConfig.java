package io.tunemesh.inference.adapter;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How adapters are brought into service and kept there. */
@ConfigMapping(prefix = "tunemesh.adapters")
public interface AdaptersConfig {

  /** How often the engine's adapters are compared with those that are to be served. */
  @WithDefault("1s")
  Duration compareEvery();

  /** How long an adapter waits for a replica that loads it and has died. */
  @WithDefault("30s")
  Duration lease();

  /**
   * How long the folder of a deleted model is kept at least: an engine reads it again for an answer
   * that goes on, where its weights have made way.
   */
  @WithDefault("6h")
  Duration keepFolders();

  /** How long a request waits for a model that is being loaded. */
  @WithDefault("10s")
  Duration patience();

  /**
   * How many adapters a replica checks at once: one that an engine is slow over holds up no other.
   */
  @WithDefault("2")
  int checksAtOnce();

  /** How long the answer to a probe may take; then the check is put off. */
  @WithDefault("30s")
  Duration probeTimeout();

  /** The longest pause between two tries to load an adapter. */
  @WithDefault("30s")
  Duration longestPause();

  /** After so many internal errors of the engine over one adapter, the adapter is refused … */
  @WithDefault("5")
  int faults();

  /** … if the first of them is so long ago: an engine that is ill for minutes is not its fault. */
  @WithDefault("30m")
  Duration faultsFor();
}
