package io.tunemesh.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingQueued;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class MainRoadTest {

  @Inject Mesh mesh;

  @Test
  void aDatasetWithATrainingSectionBecomesOneAdapter() throws IOException {
    TrainingSpec spec =
        Json.MAPPER.readValue("{\"suffix\": \"main road\", \"lora_rank\": 4}", TrainingSpec.class);
    var built = mesh.dataset("ds-main", "{}", new Plan(null, spec, null));

    var envelope = Mesh.envelope(Mesh.TENANT, built);
    for (int i = 0; i < 5; i++) {
      mesh.send(envelope);
    }
    mesh.send(Mesh.envelope(Mesh.TENANT, built));

    String job = mesh.await1(TrainingQueued.class, e -> e.datasetId().equals("ds-main")).jobId();
    TrainingSucceeded done = mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    AdapterPublished adapter = mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    assertThat(done.fineTunedModel())
        .isEqualTo("ft:tunemesh-starter:acme:main-road:" + job.substring(6, 18))
        .isEqualTo(adapter.model());
    assertThat(adapter.files())
        .extracting(AdapterPublished.AdapterFile::name)
        .containsExactly("README.md", "adapter_config.json", "adapter_model.safetensors");
    for (var file : adapter.files()) {
      try (var in = mesh.blobs().open(file.blob())) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).startsWith(file.name());
      }
    }
    assertThat(done.metrics().get("tuned")).containsEntry("rougeL", 0.9);
    mesh.await1(TrainingProgressed.class, e -> e.jobId().equals(job) && e.step() == 6);
    assertThat(mesh.heard(TrainingProgressed.class, e -> e.jobId().equals(job)))
        .extracting(TrainingProgressed::step)
        .contains(1L, 6L)
        .isSorted();

    JsonPath object = Mesh.awaitStatus(job, "succeeded");
    assertThat(object.getString("object")).isEqualTo("fine_tuning.job");
    assertThat(object.getString("fine_tuned_model")).isEqualTo(adapter.model());
    assertThat(object.getString("organization_id")).isEqualTo("acme");
    assertThat(object.getLong("trained_tokens")).isEqualTo(600);
    assertThat(object.getMap("")).containsKeys("validation_file", "error", "result_files");
    assertThat(object.getString("run")).isEqualTo("run-test");
    assertThat(Mesh.lossCurve(job)).startsWith("<svg");
    JsonPath report = Mesh.get("/v1/fine_tuning/jobs/" + job + "/report");
    assertThat(report.getString("samples[0].base")).isEqualTo("base");
    assertThat(report.getString("samples[0].tuned")).isEqualTo("tuned");
    assertThat(report.getList("curve")).hasSize(6);
    assertThat(report.getDouble("metrics.base.bleu")).isEqualTo(0.1);

    assertThat(mesh.heard(TrainingStarted.class, e -> e.jobId().equals(job))).hasSize(1);
    assertThat(mesh.heard(AdapterPublished.class, e -> e.jobId().equals(job))).hasSize(1);
    assertThat(mesh.heard(TrainingQueued.class, e -> e.datasetId().equals("ds-main"))).hasSize(1);
  }
}
