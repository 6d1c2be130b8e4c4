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

  /**
   * Among tenants a job of high priority stands as if its tenant had used so much less time than it
   * did, one of low priority as if so much more.
   */
  @WithDefault("15m")
  Duration lead();

  /** Every so many claims, the job that has waited longest goes first whatever it is. */
  @WithDefault("4")
  int oldestEvery();

  /** No job that has waited so long is passed over for one whose base model is loaded. */
  @WithDefault("30s")
  Duration warmWait();

  /** So long a new job is left to an idle worker that has its base model loaded. */
  @WithDefault("2s")
  Duration warmLead();

  /** So much longer than others, the process where an attempt failed leaves the job to others. */
  @WithDefault("5s")
  Duration avoid();
}
