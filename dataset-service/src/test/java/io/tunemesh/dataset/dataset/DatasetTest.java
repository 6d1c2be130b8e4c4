package io.tunemesh.dataset.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatasetTest {

  @Test
  void beginsToBuildWhenTheLastSourceIsFound() {
    Dataset dataset = waitingForTwo();

    dataset.found(1, "file-b");
    assertThat(dataset.status()).isEqualTo(Status.WAITING);
    assertThat(dataset.missing()).containsExactly("a.xlsx");

    dataset.found(0, "file-a");
    assertThat(dataset.status()).isEqualTo(Status.BUILDING);
  }

  @Test
  void waitsAgainForAFileThatIsLost() {
    Dataset dataset = waitingForTwo();
    Instant deadline = Instant.now().plusSeconds(60);
    dataset.found(0, "file-a");

    dataset.lost("file-other", deadline);
    assertThat(dataset.missing()).containsExactly("b.xlsx");
    dataset.lost("file-a", deadline);
    assertThat(dataset.missing()).containsExactly("a.xlsx", "b.xlsx");
    assertThat(dataset.deadline).isEqualTo(deadline);

    dataset.found(0, "file-c");
    dataset.found(1, "file-b");
    assertThatThrownBy(() -> dataset.lost("file-c", deadline)).isInstanceOf(WrongState.class);
  }

  @Test
  void isBuiltOnlyUnderItsPresentFence() {
    Dataset dataset = waitingForTwo();
    assertThatThrownBy(() -> dataset.built(0, files())).isInstanceOf(LeaseLost.class);
    dataset.found(0, "file-a");
    dataset.found(1, "file-b");
    dataset.claim("dead", Instant.now(), Duration.ofSeconds(30));
    assertThat(dataset.claim("me", Instant.now(), Duration.ofSeconds(30)))
        .isEqualTo(new Claim(dataset.id(), 2, "me"));
    assertThat(dataset.failures()).as("a lease that ran out counts").isEqualTo(1);

    assertThatThrownBy(() -> dataset.built(1, files())).isInstanceOf(LeaseLost.class);
    dataset.built(2, files());

    assertThat(dataset.builtFact().rowsKept()).isEqualTo(9);
    assertThatThrownBy(() -> dataset.built(2, files())).isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> dataset.rejected(2, null, "c", "r", null))
        .isInstanceOf(LeaseLost.class);
    assertThatThrownBy(dataset::rejectedFact).isInstanceOf(WrongState.class);
  }

  @Test
  void tellsHowFarItIsOnlyWhileAWorkerHasIt() {
    Dataset dataset = waitingForTwo();
    dataset.found(0, "file-a");
    dataset.found(1, "file-b");
    String progress = "{\"stage\":\"reading\",\"done\":1,\"of\":9}";
    dataset.claim("me", Instant.now(), Duration.ofSeconds(60));
    dataset.standing.progress = progress;
    assertThat(DatasetView.of(dataset).progress())
        .isEqualTo(new BuildProgress(BuildProgress.Stage.READING, 1L, 9L));

    dataset.claim("dead", Instant.now().minusSeconds(2), Duration.ofSeconds(1));
    assertThat(dataset.standing.progress).as("the next worker begins anew").isNull();
    dataset.standing.progress = progress;

    assertThat(DatasetView.of(dataset).progress()).isNull();
  }

  @Test
  void waitsForNothingOnceAWorkerHasItAgain() {
    Dataset dataset = waitingForTwo();
    dataset.found(0, "file-a");
    dataset.found(1, "file-b");
    Claim claim = dataset.claim("me", Instant.now(), Duration.ofSeconds(60));
    dataset.waits(claim.fence(), Instant.now(), "the storage");
    assertThat(DatasetView.of(dataset).waitingFor()).containsExactly("the storage");

    dataset.claim("me", Instant.now(), Duration.ofSeconds(60));

    assertThat(DatasetView.of(dataset).waitingFor()).isEmpty();
  }

  @Test
  void staysRejected() {
    Dataset dataset = waitingForTwo();

    dataset.refused("source_missing", "it did not come", Where.file("a.xlsx"));

    assertThat(dataset.rejectedFact().where()).isEqualTo(Where.file("a.xlsx"));
    assertThat(dataset.standing.finishedAt).isNotNull();
    assertThatThrownBy(() -> dataset.found(0, "file-a")).isInstanceOf(WrongState.class);
    assertThatThrownBy(() -> dataset.refused("again", "", null)).isInstanceOf(WrongState.class);
    assertThatThrownBy(dataset::builtFact).isInstanceOf(WrongState.class);
  }

  @Test
  void isDeletedOnceAndLostToWhoeverBuildsIt() {
    Dataset dataset = waitingForTwo();
    dataset.found(0, "file-a");
    dataset.found(1, "file-b");
    Claim claim = dataset.claim("me", Instant.now(), Duration.ofSeconds(60));

    Instant end = dataset.lease.until();
    dataset.deleted(end.minusSeconds(1));

    assertThatThrownBy(() -> dataset.built(claim.fence(), files())).isInstanceOf(LeaseLost.class);
    assertThat(dataset.lease.until()).as("its blobs wait for that").isEqualTo(end);
    assertThatThrownBy(() -> dataset.deleted(end)).isInstanceOf(WrongState.class);
  }

  @Test
  void keepsItsFilesUntilAllHaveHeardThatItIsDeleted() {
    Dataset dataset = waitingForTwo();
    Instant then = Instant.now().plusSeconds(60);

    dataset.deleted(then);

    assertThat(dataset.lease.isFree(then)).isFalse();
    assertThat(dataset.lease.owner()).isNull();
  }

  @Test
  void cannotLoseARow() {
    assertThatThrownBy(
            () ->
                new DatasetFiles(
                    null, null, null, null, null, null, null, null, 10, 8, 1, Map.of(), null, null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("10 rows came in, but 8 were kept and 1 refused");
  }

  private static DatasetFiles files() {
    BlobRef blob = new BlobRef("datasets/acme/ds-1/train.jsonl", "00", 1L);
    return new DatasetFiles(
        "sft",
        "exam",
        blob,
        new DatasetBuilt.Part(blob, 9),
        null,
        null,
        blob,
        blob,
        10,
        9,
        1,
        Map.of(),
        null,
        null);
  }

  private static Dataset waitingForTwo() {
    DatasetSpec spec =
        new DatasetSpec(
            "exams",
            List.of(
                new Source("a.xlsx", null, null, null, null, null, null),
                new Source("b.xlsx", null, null, null, null, null, null)),
            null);
    Dataset dataset =
        Dataset.waiting(
            new Scope("acme", "run-1"), "ds-1", new Plan(spec, null, null), Duration.ofMinutes(1));
    dataset.waitsFor(spec);
    return dataset;
  }
}
