package io.tunemesh.trainer.run;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** How this replica runs jobs. */
@ConfigMapping(prefix = "tunemesh.trainer")
public interface RunConfig {

  /** Jobs at once; 0 for a replica that only answers. */
  @WithDefault("1")
  int slots();

  /** The Python interpreter that has PyTorch. */
  Path python();

  /** The folder that holds the package {@code tune}. */
  @WithDefault("trainer-service/runtime")
  Path runtime();

  /** The worker's module. */
  @WithDefault("tune.worker")
  String module();

  /** CPU threads of a worker; the worker's own choice when absent. */
  OptionalInt threads();

  /** Where attempts keep their files while they run. */
  @WithDefault(".mesh/data/training")
  Path work();

  /** How long a job stays with a replica that is silent. */
  @WithDefault("30s")
  Duration lease();

  @WithDefault("10s")
  Duration renew();

  /** How often an idle slot looks for a job that nobody told it of. */
  @WithDefault("1s")
  Duration poll();

  /** A worker that says nothing for so long is taken for hung. */
  @WithDefault("15m")
  Duration silence();

  /** How long a worker may take to load its base model. */
  @WithDefault("15m")
  Duration load();

  /** How long a worker may take to save itself when it is told to stop. */
  @WithDefault("30s")
  Duration grace();

  /** Attempts that end without a new checkpoint before the job fails. */
  @WithDefault("8")
  int maxAttempts();

  /** The pause after the first failed attempt; doubles up to a minute. */
  @WithDefault("2s")
  Duration backoff();

  /**
   * The pause after an attempt that met a full disk, which somebody has to make room on; doubles up
   * to half an hour.
   */
  @WithDefault("1m")
  Duration storageBackoff();

  /** The checkpoints of a job that has failed stay so long, so that it can be resumed. */
  @WithDefault("24h")
  Duration failedCheckpoints();

  /** The shortest time between two TrainingProgressed of a job. */
  @WithDefault("250ms")
  Duration progressInterval();

  /** A worker without a job ends after so long and frees its memory. */
  @WithDefault("30m")
  Duration idle();

  /** Whether each slot starts a worker of the default model before there is a job. */
  @WithDefault("false")
  boolean warm();

  /** A job that waits for a dataset longer than this fails. */
  @WithDefault("24h")
  Duration datasetWait();
}
