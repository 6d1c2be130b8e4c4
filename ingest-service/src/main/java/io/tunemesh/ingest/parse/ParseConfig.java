package io.tunemesh.ingest.parse;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** How uploads are read in the background, each by a reader process of its worker. */
@ConfigMapping(prefix = "tunemesh.parse")
public interface ParseConfig {

  /** Files read at once by this replica, each in a process of its own. */
  @WithDefault("1")
  int workers();

  /** How long an upload stays with a worker that says nothing. */
  @WithDefault("PT30S")
  Duration lease();

  /** How often an idle worker looks for uploads that no wake-up told of. */
  @WithDefault("PT5S")
  Duration poll();

  /** Workers, and readers of one worker, that one file may take down before it is rejected. */
  @WithDefault("3")
  int attempts();

  /** The wait after a fault of the store or the database, doubled up to a minute. */
  @WithDefault("PT2S")
  Duration backoff();

  /** How long fetching, reading and storing one file may take; then it is tried again. */
  @WithDefault("PT10M")
  Duration timeout();

  /** How long reading one file may take; then its reader is killed and the file rejected. */
  @WithDefault("PT2M")
  Duration readTimeout();

  /** What a reader may have on its heap. A file that needs more is rejected. */
  @WithDefault("192m")
  String heap();

  /** Options of the reader's JVM beside those that hold it within its limits. */
  @WithDefault("-XX:+UseSerialGC")
  List<String> options();

  /** A reader ends after so many files. */
  @WithDefault("100")
  int filesPerReader();

  /**
   * Whether a reader waits for the next file with its classes loaded and compiled. It holds some
   * 100 MB while the service is idle.
   */
  @WithDefault("true")
  boolean spare();

  /** A service that starts has something better to do for so long than to make a reader wait. */
  @WithDefault("PT10S")
  Duration spareAfter();

  /** A reader that has had no further file for so long ends, and gives its memory back. */
  @WithDefault("PT1M")
  Duration idle();
}
