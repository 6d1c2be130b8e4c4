package io.tunemesh.trainer.run;

import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.work.Backoff;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.trainer.adapter.AdapterManifest;
import io.tunemesh.trainer.job.Leases;
import io.tunemesh.trainer.job.Lifecycle;
import io.tunemesh.trainer.job.TrainingJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Writes down how an attempt ends: with or without an adapter, or to be tried again. As {@link
 * Ledger}'s, its writes carry the attempt's fence.
 */
@ApplicationScoped
@Transactional
class Endings {

  private static final Duration STORAGE_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
  private static final Duration LONGEST_STORAGE_BACKOFF = Duration.ofMinutes(30);

  /** The worker's word for a disk of its machine that takes nothing. */
  static final String FULL = "storage_full";

  private final Leases leases;
  private final Lifecycle lifecycle;
  private final RunConfig config;

  Endings(Leases leases, Lifecycle lifecycle, RunConfig config) {
    this.leases = leases;
    this.lifecycle = lifecycle;
    this.config = config;
  }

  void succeeded(Claim claim, AdapterManifest adapter) {
    leases.holding(
        claim,
        job ->
            lifecycle.succeed(
                job,
                new TrainingSucceeded(
                    job.id,
                    adapter.adapterId(),
                    adapter.model(),
                    adapter.steps(),
                    adapter.bestStep(),
                    adapter.bestMetric(),
                    adapter.overfittingSince(),
                    adapter.trainedTokens(),
                    adapter.lossCurve(),
                    adapter.metrics()),
                new AdapterPublished(
                    adapter.adapterId(),
                    job.id,
                    adapter.model(),
                    adapter.baseModel(),
                    adapter.kind(),
                    adapter.files(),
                    adapter.probes(),
                    job.serveSpec())));
  }

  void failed(Claim claim, String code, String reason, String field) {
    leases.holding(claim, job -> lifecycle.fail(job, code, reason, field));
  }

  void datasetLost(Claim claim, String reason) {
    leases.holding(claim, job -> lifecycle.loseDataset(job, reason));
  }

  /** Puts the job back to be tried again or, after too many attempts, fails it. */
  void crashed(Claim claim, String code, String reason) {
    unlessWished(
        claim,
        reason,
        job -> {
          int attempts = job.failures + 1;
          if (attempts >= config.maxAttempts()) {
            lifecycle.fail(
                job, code, reason + " It failed %d times in a row.".formatted(attempts), null);
          } else {
            Duration pause = backoff(code).after(job.failures);
            Instant now = Instant.now();
            lifecycle.retry(job, reason, true, config.maxAttempts(), now.plus(pause), now);
          }
        });
  }

  /** A full disk is not mended by trying again soon. */
  private Backoff backoff(String code) {
    return code.equals(FULL)
        ? new Backoff(config.storageBackoff(), LONGEST_STORAGE_BACKOFF)
        : new Backoff(config.backoff(), LONGEST_BACKOFF);
  }

  /** Puts the job back for a while, at no fault of its own. */
  void waits(Claim claim, String reason) {
    Instant now = Instant.now();
    unlessWished(
        claim,
        reason,
        job ->
            lifecycle.retry(
                job, reason, false, config.maxAttempts(), now.plus(STORAGE_PAUSE), now));
  }

  void cancelled(Claim claim) {
    leases.holding(claim, lifecycle::cancel);
  }

  void paused(Claim claim) {
    unlessWished(claim, null, lifecycle::pause);
  }

  void released(Claim claim) {
    unlessWished(
        claim,
        null,
        job -> lifecycle.release(job, "The trainer shuts down; the job goes on elsewhere"));
  }

  /** What the owner wished before the attempt ended is done in place of {@code end}. */
  private void unlessWished(Claim claim, String reason, Consumer<TrainingJob> end) {
    leases.holding(claim, job -> lifecycle.fulfilOr(job, reason, end));
  }
}
