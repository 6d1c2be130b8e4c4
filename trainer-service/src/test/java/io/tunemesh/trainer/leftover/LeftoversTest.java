package io.tunemesh.trainer.leftover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.history.JobCheckpoint;
import io.tunemesh.trainer.job.ModelNames;
import io.tunemesh.trainer.run.RunConfig;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What attempts left behind goes; what is in use, referred to, young or not ours stays. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class LeftoversTest {

  private static final Instant PAST = Instant.now().minus(Duration.ofDays(30));

  @Inject Mesh mesh;
  @Inject LeftFolders folders;
  @Inject OrphanBlobs orphans;
  @Inject RunConfig run;

  private String running;

  @AfterEach
  void end() {
    if (running != null) {
      Mesh.post("/v1/fine_tuning/jobs/" + running + "/cancel");
      Mesh.awaitStatus(running, "cancelled");
    }
  }

  /** A job that a worker holds by its first claim, and that has stored a checkpoint. */
  private String running() {
    String dataset = "ds-left-" + UUID.randomUUID();
    String script = "{\"steps\": 4000, \"step_s\": 0.05}";
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset(dataset, script, null)));
    running = waiting(dataset);
    mesh.await1(TrainingProgressed.class, e -> e.jobId().equals(running) && e.step() >= 4);
    return running;
  }

  private static String waiting(String dataset) {
    return Mesh.create(
            "{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(dataset))
        .getString("id");
  }

  private String trained() {
    return mesh.trained("ds-left-" + UUID.randomUUID(), "{\"steps\": 1}");
  }

  private Path folder(String kind, String id, long fence) throws IOException {
    Path folder = run.work().toAbsolutePath().resolve(kind).resolve(id).resolve("" + fence);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("left.txt"), "left");
    return folder;
  }

  private static void age(Path folder) throws IOException {
    for (Path path : List.of(folder.resolve("left.txt"), folder)) {
      Files.setLastModifiedTime(path, FileTime.from(PAST));
    }
  }

  private String put(String key) throws IOException {
    mesh.blobs().put(key, new ByteArrayInputStream(new byte[] {1}));
    return key;
  }

  private boolean exists(String key) throws IOException {
    try (var in = mesh.blobs().open(new BlobRef(key, null, null))) {
      return true;
    } catch (BlobNotFound e) {
      return false;
    }
  }

  private List<String> removed() throws IOException {
    return orphans.remove(Instant.now().plus(Duration.ofMinutes(10)));
  }

  @Test
  void foldersOfAttemptsThatAreOverGoAndThoseInUseStay() throws Exception {
    String job = running();
    Path used = run.work().toAbsolutePath().resolve("jobs").resolve(job).resolve("1");
    Path before = folder("jobs", job, 0);
    Path elsewhere = folder("jobs", waiting("ds-left-elsewhere-" + UUID.randomUUID()), 1);
    Path unknown = folder("jobs", "ftjob-unknown", 1);
    Path old = folder("jobs", "ftjob-unknown-and-old", 1);
    age(old);
    Path export = folder("exports", "ftexp-removed-and-old", 2);
    age(export);
    Path logs = Files.createDirectories(run.work().toAbsolutePath().resolve("workers"));
    Path oldLog = Files.writeString(logs.resolve("old.log"), "a line");
    Files.setLastModifiedTime(oldLog, FileTime.from(PAST));
    Path log = Files.writeString(logs.resolve("young.log"), "a line");

    folders.remove(Instant.now());

    assertThat(List.of(before, elsewhere, old, export, oldLog)).allMatch(Files::notExists);
    assertThat(List.of(used.resolve("events.jsonl"), unknown, log)).allMatch(Files::exists);
    long step = Mesh.job(job).getLong("progress.step");
    mesh.await1(TrainingProgressed.class, e -> e.jobId().equals(job) && e.step() > step + 2);
    assertThat(Mesh.job(job).getLong("attempt")).as("nothing disturbed it").isEqualTo(1);
  }

  @Test
  void blobsGoAlthoughAFolderCannotBeRead() throws Exception {
    Path jobs = Files.createDirectories(run.work().toAbsolutePath().resolve("jobs"));
    Path circle = jobs.resolve("ftjob-circle");
    Files.createSymbolicLink(circle, circle);
    String lost = put("exports/ftexp-of-a-circle/attempts/1/config.json");
    var leftovers =
        new Leftovers(
            folders,
            orphans,
            new Soon(Duration.ofHours(1), Duration.ofMinutes(-10), Duration.ZERO));

    try {
      assertThatThrownBy(leftovers::remove)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("ftjob-circle");
    } finally {
      Files.delete(circle);
    }

    assertThat(exists(lost)).isFalse();
  }

  private record Soon(Duration every, Duration grace, Duration logs) implements LeftoverConfig {}

  @Test
  void checkpointsThatNobodyWroteDownGo() throws Exception {
    String job = running();
    String lost = put("jobs/%s/attempts/0/checkpoints/step-00000001/state.json".formatted(job));
    String coming = put("jobs/%s/attempts/1/checkpoints/step-00009999/x".formatted(job));
    String unknown = put("jobs/ftjob-of-another/attempts/1/checkpoints/step-00000001/x");
    String ended = put("jobs/%s/attempts/1/checkpoints/step-00000007/x".formatted(trained()));

    assertThat(orphans.remove(PAST)).as("all of it is young").isEmpty();
    assertThat(removed()).contains(lost, ended).doesNotContain(coming, unknown);

    assertThat(exists(lost) || exists(ended)).isFalse();
    assertThat(exists(coming) && exists(unknown)).isTrue();
    List<JobCheckpoint> stored =
        QuarkusTransaction.requiringNew()
            .call(() -> JobCheckpoint.list("jobId = ?1 and files is not null", job));
    assertThat(stored).isNotEmpty();
  }

  @Test
  void anAdaptersBlobsStayAsItsManifestSaysAndGoWithAJobThatHasNone() throws Exception {
    String succeeded = trained();
    String lost = put(adapter(succeeded) + "attempts/7/adapter_model.safetensors");
    String waiting = waiting("ds-left-never");
    String coming = put(adapter(waiting) + "attempts/1/adapter_model.safetensors");
    String cancelled = waiting("ds-left-never-either");
    Mesh.post("/v1/fine_tuning/jobs/" + cancelled + "/cancel");
    String part = put(adapter(cancelled) + "attempts/1/adapter_model.safetensors");
    String manifest = put(adapter(cancelled) + "manifest.json");
    String unknown = put("adapters/ad-of-another/attempts/1/adapter_model.safetensors");

    assertThat(removed()).contains(lost, part, manifest).doesNotContain(coming, unknown);

    AdapterPublished published =
        mesh.await1(AdapterPublished.class, e -> e.jobId().equals(succeeded));
    assertThat(published.files()).isNotEmpty();
    for (var file : published.files()) {
      assertThat(exists(file.blob().key())).isTrue();
    }
    assertThat(exists(published.probes().key())).isTrue();
    assertThat(exists(adapter(succeeded) + "manifest.json")).isTrue();
    assertThat(removed()).as("once is enough").doesNotContain(lost, part, manifest);
  }

  @Test
  void theBlobsOfAModelThatItsOwnerDeletesGoWithItsExports() throws Exception {
    String job = trained();
    String file = exported(job);
    AdapterPublished published = mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    String weights = published.files().getFirst().blob().key();
    assertThat(removed()).doesNotContain(weights, file);

    mesh.send(
        Mesh.envelope(Mesh.TENANT, new AdapterRetired(published.adapterId(), published.model())));

    await().atMost(Mesh.PATIENCE).until(() -> removed().contains(weights));
    removed();
    assertThat(mesh.blobs().list("adapters/" + published.adapterId())).isEmpty();
    assertThat(exists(file)).isFalse();
  }

  /** The key of a file of an export of that job. */
  private String exported(String job) {
    String exports = "/v1/fine_tuning/jobs/" + job + "/exports";
    String export =
        Mesh.acme().body("{\"format\": \"merged\"}").post(exports).jsonPath().getString("id");
    await()
        .atMost(Mesh.PATIENCE)
        .until(() -> Mesh.get(exports + "/" + export).getString("status").equals("succeeded"));
    return "exports/%s/attempts/1/config.json".formatted(export);
  }

  private static String adapter(String job) {
    return "adapters/" + ModelNames.adapterId(job) + "/";
  }

  @Test
  void anExportsFilesStayAndWhatIsLeftOfOthersGoes() throws Exception {
    String exports = "/v1/fine_tuning/jobs/" + trained() + "/exports";
    String export =
        Mesh.acme().body("{\"format\": \"merged\"}").post(exports).jsonPath().getString("id");
    await()
        .atMost(Mesh.PATIENCE)
        .until(() -> Mesh.get(exports + "/" + export).getString("status").equals("succeeded"));
    String lost = put("exports/%s/attempts/9/config.json".formatted(export));
    String left = put("exports/ftexp-removed/attempts/1/config.json");

    assertThat(removed()).contains(lost, left);

    assertThat(Mesh.acme().get(exports + "/" + export + "/files/config.json").statusCode())
        .isEqualTo(200);
  }
}
