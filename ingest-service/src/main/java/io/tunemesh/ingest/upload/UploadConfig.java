package io.tunemesh.ingest.upload;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** What an upload may be, and where it lies until it is stored. */
@ConfigMapping(prefix = "tunemesh.upload")
public interface UploadConfig {

  /**
   * Bytes of one file, as OpenAI has it. {@code quarkus.http.limits.max-body-size} is above it.
   * What a job has written may be larger, for nobody could split it, and so may what a client asks
   * for by event with the purpose of such a file; its rows are not read.
   */
  @WithDefault("536870912")
  long maxBytes();

  /**
   * A folder for bodies that arrive and files that are read; needs room for a few of the largest.
   */
  Path spool();

  /** What lies in the spool for so long was left by a process that is gone. */
  @WithDefault("P1D")
  Duration spoolKept();

  /** Bytes of one part of a file, as OpenAI has it. */
  @WithDefault("67108864")
  long maxPartBytes();

  /** How long an upload waits for its parts, as OpenAI has it. */
  @WithDefault("PT1H")
  Duration partsKept();

  /** How often parts that nobody needs any more are looked for. */
  @WithDefault("PT1M")
  Duration sweep();

  /** Bytes that belong to no upload are removed after so long. */
  @WithDefault("P1D")
  Duration strayKept();

  /** Bytes of records from which they are cut, so that several replicas read a large upload. */
  @WithDefault("8388608")
  long chunkBytes();

  /** How long an {@code Idempotency-Key} is known. */
  @WithDefault("P1D")
  Duration sentKept();

  /**
   * For how long before a request that a client library says to send again its file is looked for.
   * OpenAI's wait ten minutes for an answer, and then try twice more.
   */
  @WithDefault("PT1H")
  Duration sentAgainWithin();
}
