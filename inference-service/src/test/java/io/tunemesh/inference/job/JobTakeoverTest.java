package io.tunemesh.inference.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.inference.file.Files;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class JobTakeoverTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Ingest ingest;
  @Inject Files files;
  @Inject BlobStore blobs;
  @Inject ClaimedJobs jobs;
  @Inject RowResults results;

  private final StubEngine engine = StubEngineResource.engine();
  private final String id = Ids.random("batch_");

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void asksOnlyWhatADeadReplicaLeftAndAnswersNoRowTwice() {
    String file = known();

    Claim dead = leftByADeadReplica(file, 4);

    Ingest.Taken output = ingest.takesIn(id + "-output");
    Calls.awaitStatus("/v1/batches/" + id, "completed");
    assertThat(Script.asked(engine)).containsExactlyInAnyOrder("q4", "q5", "q6", "q7", "q8", "q9");
    assertThat(output.text().lines().map(line -> line.startsWith("left") ? line : custom(line)))
        .containsExactly(
            "left 0", "left 1", "left 2", "left 3", "c4", "c5", "c6", "c7", "c8", "c9");
    BatchCompleted completed = mesh.awaited(BatchCompleted.class, id);
    assertThat(completed.completed()).isEqualTo(10);
    assertThatThrownBy(() -> jobs.record(dead, List.of(new RowResult(9, true, "late"))))
        .isInstanceOf(LeaseLost.class);
  }

  @Test
  void letsNoReplicaWriteAfterAnotherHasTakenTheJob() {
    String file = known();
    Script.chats(engine, question -> new CompletableFuture<>());

    Claim dead = leftByADeadReplica(file, 0);
    await().atMost(SOON).until(() -> !Script.asked(engine).isEmpty());

    assertThatThrownBy(() -> jobs.record(dead, List.of(new RowResult(0, true, "late"))))
        .isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> jobs.finish(dead, JobStatus.COMPLETED, null, null))
        .isInstanceOf(LeaseLost.class);
    Calls.post("/v1/batches/" + id + "/cancel", "");
    ingest.takesIn(id + "-errors");
    Calls.awaitStatus("/v1/batches/" + id, "cancelled");
  }

  @Test
  void failsWhenTheInputIsGone() throws IOException {
    String file = known();
    blobs.delete("uploads/" + file + "/content");

    leftByADeadReplica(file, 2);

    Calls.awaitStatus("/v1/batches/" + id, "failed");
    BatchFailed failed = mesh.awaited(BatchFailed.class, id);
    assertThat(failed.code()).isEqualTo("input_lost");
    assertThat(List.of(failed.total(), failed.completed(), failed.failed()))
        .containsExactly(10L, 0L, 10L);
  }

  @Test
  void forgetsTheAnswersOfAJobThatHasEnded() {
    leftByADeadReplica(known(), 4);

    ingest.takesIn(id + "-output");
    Calls.awaitStatus("/v1/batches/" + id, "completed");

    assertThat(results.done(id).cardinality()).isZero();
    assertThat(blobIsThere(Files.key("acme", id + "-output"))).isFalse();
  }

  private boolean blobIsThere(String key) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              try (var in = blobs.open(new BlobRef(key, null, null))) {
                return false;
              } catch (BlobNotFound e) {
                return true;
              }
            });
    return false;
  }

  private String known() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      lines.append(
          """
          {"custom_id": "c%d", "method": "POST", "url": "/v1/chat/completions", "body": \
          {"model": "%s", "messages": [{"role": "user", "content": "q%d"}]}}
          """
              .formatted(i, StubEngine.BASE, i));
    }
    String file = ingest.received("in.jsonl", lines.toString());
    await().atMost(SOON).until(() -> files.find("acme", file).isPresent());
    return file;
  }

  /** A job of ten rows, of which the first {@code answered} have their answer. */
  private Claim leftByADeadReplica(String file, int answered) {
    return TestJobs.claimed(
        id,
        file,
        10,
        Duration.ofMillis(500),
        job -> {
          results.add(
              id,
              IntStream.range(0, answered)
                  .mapToObj(i -> new RowResult(i, true, "left " + i))
                  .toList());
          job.count(answered, 0);
        });
  }

  private static String custom(String line) {
    return Calls.json(line).path("custom_id").asText();
  }
}
