package io.tunemesh.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.run.RunConfig;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Jobs whose dataset its owner deletes. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class DeletedDatasetTest {

  private static final String JOBS = "/v1/fine_tuning/jobs/";

  @Inject Mesh mesh;
  @Inject RunConfig run;

  private final String dataset = "ds-deleted-" + UUID.randomUUID();

  @Test
  void aJobThatRunsGoesOnAndOneThatWouldNeedTheDatasetFails() throws IOException {
    DatasetBuilt built = mesh.dataset(dataset, "{\"steps\": 8, \"hold\": {\"1\": 4}}", null);
    mesh.send(Mesh.envelope(Mesh.TENANT, built));
    String paused = held();
    pause(paused);
    String goesOn = held();
    String comesBack = held();

    mesh.blobs().delete(built.train().lines().key());
    mesh.send(Mesh.envelope(Mesh.TENANT, new DatasetDeleted(dataset, dataset)));

    failsForTheDeletion(paused);
    failsForTheDeletion(create());
    Files.createFile(folder(goesOn).resolve("go"));
    Mesh.awaitStatus(goesOn, "succeeded");
    pause(comesBack);
    Mesh.post(JOBS + comesBack + "/resume");
    failsForTheDeletion(comesBack);
  }

  @Test
  void aJobThatWaitsForADeletedDatasetFails() {
    String job = create();

    mesh.send(Mesh.envelope(Mesh.TENANT, new DatasetDeleted(dataset, null)));

    failsForTheDeletion(job);
  }

  @Test
  void aDatasetWhoseDeletionIsHeardBeforeItIsBuiltStaysDeleted() {
    String waits = create();
    mesh.send(Mesh.envelope(Mesh.TENANT, new DatasetDeleted(dataset, null)));
    failsForTheDeletion(waits);

    Plan plan = new Plan(null, TrainingSpec.DEFAULTS, null);
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset(dataset, "{}", plan)));

    String planned = Ids.derived("ftjob-", Mesh.TENANT + "/" + dataset);
    mesh.await1(TrainingFailed.class, failed -> failed.jobId().equals(planned));
    failsForTheDeletion(planned);
    failsForTheDeletion(create());
  }

  private static void failsForTheDeletion(String job) {
    JsonPath failed = Mesh.awaitStatus(job, "failed");
    assertThat(failed.getString("error.code")).isEqualTo("dataset_deleted");
    assertThat(failed.getString("error.message")).contains("was deleted", "/v1/fine_tuning/jobs");
    assertThat(failed.getString("error.param")).isEqualTo("training_file");
  }

  private static void pause(String job) {
    Mesh.post(JOBS + job + "/pause");
    Mesh.awaitStatus(job, "paused");
  }

  private String create() {
    return Mesh.create(
            "{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(dataset))
        .getString("id");
  }

  /** A job whose worker has begun, and stands still. */
  private String held() {
    String job = create();
    await().atMost(Mesh.PATIENCE).until(() -> Files.exists(folder(job).resolve("held")));
    return job;
  }

  private Path folder(String job) {
    return run.work().toAbsolutePath().resolve("jobs").resolve(job).resolve("1");
  }
}
