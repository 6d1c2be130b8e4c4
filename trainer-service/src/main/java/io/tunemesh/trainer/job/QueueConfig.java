package io.tunemesh.trainer.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Which waiting job goes first. All replicas must agree on it. */
@ConfigMapping(prefix = "tunemesh.trainer.queue")
public interface QueueConfig {

  /** After so long, time that a tenant used counts half. */
  @WithDefault("6h")
  Duration halfLife();

  /** Every so many claims, the job that has waited longest goes first whatever it is. */
  @WithDefault("4")
  int oldestEvery();

  /** No job that has waited so long is passed over for one whose base model is loaded. */
  @WithDefault("30s")
  Duration warmWait();

  /** So much longer than others, the process where an attempt failed leaves the job to others. */
  @WithDefault("5s")
  Duration avoid();
}
