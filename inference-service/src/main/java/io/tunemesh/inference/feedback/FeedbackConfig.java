package io.tunemesh.inference.feedback;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Which answers are kept so that feedback can name them, and when feedback becomes a file. */
@ConfigMapping(prefix = "tunemesh.feedback")
public interface FeedbackConfig {

  /**
   * The tenants of whom every chat and completion is kept that came by HTTP or event. Of others,
   * and of rows of batches, only what asks to be kept, with {@code "store": true}.
   */
  Optional<Set<String>> tenants();

  /** How long an answer is kept; feedback that was given keeps its own copy. */
  @WithDefault("7d")
  Duration keepFor();

  /** The longest question or answer that is kept, in characters. */
  @WithDefault("200000")
  int longest();

  /** How long feedback by HTTP waits for the end of the turn that it is about. */
  @WithDefault("2s")
  Duration turnEnds();

  /** How many answers may wait to be stored, of 64 million characters; no more are kept. */
  @WithDefault("10000")
  int queue();

  /** How many examples a tenant's feedback must hold to become a file by itself; 0 for never. */
  @WithDefault("0")
  int exportAt();

  /** How long an example waits at most before it becomes a file by itself. */
  Optional<Duration> exportEvery();

  /** How often that is looked at. */
  @WithDefault("1m")
  Duration lookEvery();

  /** The most examples of one file, which also ends at about 64 MB. */
  @WithDefault("10000")
  int exportMost();
}
