package io.tunemesh.inference.job;

import java.time.Duration;
import java.util.Map;

/**
 * What a client asks of a job.
 *
 * @param inputFile the id of the file with its rows
 * @param spec JSON that its kind understands
 * @param metadata the client's own; may be null
 * @param window how long it may take
 */
public record JobWish(
    String inputFile, String spec, Map<String, String> metadata, Duration window) {

  /** Stands for a request that cannot be read. */
  static JobWish unread(String inputFile) {
    return new JobWish(inputFile, "{}", null, Duration.ofHours(24));
  }
}
