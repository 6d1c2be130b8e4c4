package io.tunemesh.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingJobTest {

  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
  private static final BlobRef BLOB = new BlobRef("datasets/ds-1/train.jsonl", null, null);
  private static final DatasetBuilt BUILT =
      new DatasetBuilt(
          "ds-1", null, null, BLOB, new DatasetBuilt.Part(BLOB, 1), null, null, 1, 1, 0, null);

  private static TrainingJob opened() {
    Scope scope = new Scope("acme", null);
    NewJob wish = NewJob.ofEvent("ftjob-1", scope, "ds-1", TrainingSpec.DEFAULTS, null);
    return TrainingJob.open(wish, "base", NOW);
  }

  private static TrainingJob in(JobStatus status) {
    TrainingJob job = opened();
    if (status == JobStatus.VALIDATING) {
      return job;
    }
    job.queue(BUILT, NOW);
    switch (status) {
      case RUNNING -> claim(job);
      case PAUSED -> job.pause();
      case SUCCEEDED -> {
        claim(job);
        succeed(job);
      }
      case FAILED -> job.fail("code", "reason", null, NOW);
      case CANCELLED -> job.cancel(NOW);
      default -> {}
    }
    assertThat(job.status).isEqualTo(status);
    return job;
  }

  private static Claim claim(TrainingJob job) {
    return job.claim("me", NOW, Duration.ofSeconds(30));
  }

  private static void succeed(TrainingJob job) {
    job.succeed(
        new TrainingSucceeded(
            job.id, "ad-1", "ft:base:acme::1", 8, 4L, null, null, 10, null, Map.of()),
        NOW);
  }

  @Test
  void goesFromItsDatasetToItsAdapter() {
    TrainingJob job = opened();
    job.queue(BUILT, NOW);
    assertThat(job.builtDataset()).isEqualTo(BUILT);

    Claim claim = claim(job);
    assertThat(claim).isEqualTo(new Claim("ftjob-1", 1, "me"));
    assertThat(job.lease.until()).isEqualTo(NOW.plusSeconds(30));

    succeed(job);
    assertThat(job.status).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(job.finishedAt).isEqualTo(NOW);
    assertThat(job.lease.owner()).isNull();
  }

  @Test
  void everyClaimHasALargerFence() {
    TrainingJob job = in(JobStatus.QUEUED);
    assertThat(claim(job).fence()).isEqualTo(1);
    assertThat(claim(job).fence()).isEqualTo(2);
    assertThat(job.failures).as("a lease that ran out counts").isEqualTo(1);
    job.requeue(false, null);
    assertThat(claim(job).fence()).isEqualTo(3);
    assertThat(job.failures).isEqualTo(1);
  }

  @Test
  void aNewCheckpointForgivesFailures() {
    TrainingJob job = in(JobStatus.RUNNING);
    job.requeue(true, NOW);
    assertThat(job.failures).isEqualTo(1);
    job.advanced();
    assertThat(job.failures).isZero();
  }

  @Test
  void aWishToCancelIsNotTakenBackByOneToPause() {
    TrainingJob job = in(JobStatus.RUNNING);
    job.want(Wanted.PAUSE);
    job.want(Wanted.CANCEL);
    job.want(Wanted.PAUSE);
    assertThat(job.wanted).isEqualTo(Wanted.CANCEL);
  }

  @Test
  void aPausedJobResumesWithoutAHolder() {
    TrainingJob job = in(JobStatus.RUNNING);
    job.pause();
    assertThat(job.lease.owner()).isNull();
    job.resume(NOW);
    assertThat(job.status).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void onlyARunningJobHasAnEstimatedFinish() {
    for (Consumer<TrainingJob> end :
        List.<Consumer<TrainingJob>>of(
            TrainingJob::pause, job -> job.requeue(true, NOW), job -> job.cancel(NOW))) {
      TrainingJob job = in(JobStatus.RUNNING);
      job.at("training", 1, 2, NOW.plusSeconds(60));
      assertThat(job.estimatedFinish).isEqualTo(NOW.plusSeconds(60));
      end.accept(job);
      assertThat(job.estimatedFinish).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = JobStatus.class,
      names = {"SUCCEEDED", "FAILED", "CANCELLED"})
  void nothingFollowsAnEnd(JobStatus end) {
    refuses(end, job -> job.queue(BUILT, NOW));
    refuses(end, TrainingJobTest::claim);
    refuses(end, job -> job.requeue(false, null));
    refuses(end, TrainingJob::pause);
    refuses(end, job -> job.resume(NOW));
    refuses(end, job -> job.cancel(NOW));
    refuses(end, job -> job.fail("code", "reason", null, NOW));
    refuses(end, TrainingJobTest::succeed);
    refuses(end, job -> job.want(Wanted.CANCEL));
    refuses(end, job -> job.at("training", 1, 2, null));
  }

  @Test
  void onlyARunningJobSucceeds() {
    refuses(JobStatus.VALIDATING, TrainingJobTest::succeed);
    refuses(JobStatus.QUEUED, TrainingJobTest::succeed);
    refuses(JobStatus.PAUSED, TrainingJobTest::succeed);
  }

  @Test
  void aJobWithoutADatasetIsNeitherClaimedNorPausedNorResumed() {
    refuses(JobStatus.VALIDATING, TrainingJobTest::claim);
    refuses(JobStatus.VALIDATING, TrainingJob::pause);
    refuses(JobStatus.VALIDATING, job -> job.resume(NOW));
    refuses(JobStatus.RUNNING, job -> job.queue(BUILT, NOW));
  }

  private static void refuses(JobStatus status, Consumer<TrainingJob> change) {
    TrainingJob job = in(status);
    assertThatThrownBy(() -> change.accept(job))
        .isInstanceOf(IllegalTransition.class)
        .hasMessageContaining(status.wire());
    assertThat(job.status).isEqualTo(status);
  }
}
