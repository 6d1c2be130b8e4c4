package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import io.tunemesh.trainer.testing.Python;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The real Python worker trains a real, tiny model, and is killed in the middle. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class RealWorkerTest {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @Inject Mesh mesh;

  @ConfigProperty(name = "test.tiny-base")
  String base;

  @Test
  void aKilledTrainingGoesOnFromItsCheckpointAndPublishesOneAdapter() throws Exception {
    makeBase();
    List<String> chats = IntStream.range(0, 12).mapToObj(RealWorkerTest::chat).toList();
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-real", chats, null)));

    String job =
        Mesh.create(
                """
                {"model": "tiny", "training_file": "ds-real",
                 "hyperparameters": {"learning_rate_multiplier": 2},
                 "training": {"num_train_epochs": 60, "per_device_train_batch_size": 4,
                              "save_steps": 5, "eval_steps": 5,
                              "max_new_tokens": 8, "probes": 1}}
                """)
            .getString("id");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                !mesh.heard(
                        TrainingProgressed.class,
                        e ->
                            e.jobId().equals(job) && e.stage().equals("training") && e.step() >= 12)
                    .isEmpty());
    // Each slot keeps a worker, and only one of them has the job.
    List<ProcessHandle> workers =
        ProcessHandle.current()
            .descendants()
            .filter(p -> p.info().commandLine().orElse("").contains("--base " + base))
            .toList();
    assertThat(workers).isNotEmpty();
    workers.forEach(ProcessHandle::destroyForcibly);

    await()
        .atMost(PATIENCE)
        .until(() -> !mesh.heard(AdapterPublished.class, e -> e.jobId().equals(job)).isEmpty());
    var started = mesh.heard(TrainingStarted.class, e -> e.jobId().equals(job));
    assertThat(started).hasSize(2);
    assertThat(started.getLast().resumedFromStep()).isGreaterThanOrEqualTo(10);
    AdapterPublished adapter = mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    TrainingSucceeded done = mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    assertThat(mesh.heard(AdapterPublished.class, e -> e.jobId().equals(job))).hasSize(1);
    assertThat(done.steps()).isEqualTo(180);
    assertThat(done.metrics().get("base")).containsKeys("bleu", "rougeL", "perplexity");
    assertThat(done.metrics().get("tuned").get("loss"))
        .isLessThan(done.metrics().get("base").get("loss"));
    assertThat(Mesh.lossCurve(job)).contains("<svg");
    for (var file : adapter.files()) {
      if (file.name().equals("adapter_config.json")) {
        try (var in = mesh.blobs().open(file.blob())) {
          assertThat(Json.MAPPER.readTree(in).get("base_model_name_or_path").asText())
              .isEqualTo("tiny");
        }
      }
    }
    JsonPath report = Mesh.get("/v1/fine_tuning/jobs/" + job + "/report");
    assertThat(report.getList("curve.step")).contains(180);
    assertThat(report.getList("samples")).isNotEmpty();
    assertThat(Json.MAPPER.readTree(read(adapter)).get(0).get("messages")).isNotEmpty();
  }

  @Test
  void plainTextIsLearntByAnotherMethodAndMeasuredByItsPerplexity() throws Exception {
    makeBase();
    List<String> texts =
        IntStream.range(0, 12)
            .mapToObj(n -> "{\"text\": \"the quick brown fox jumps over %d dogs\"}".formatted(n))
            .toList();
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-plain", "pt", texts, null)));

    String job =
        Mesh.create(
                """
                {"model": "tiny", "training_file": "ds-plain",
                 "method": {"type": "adapter",
                            "adapter": {"hyperparameters": {"n_epochs": 4, "bottleneck_size": 8}}},
                 "training": {"stage": "pt", "cutoff_len": 64, "probes": 1}}
                """)
            .getString("id");

    await()
        .atMost(PATIENCE)
        .until(() -> !mesh.heard(AdapterPublished.class, e -> e.jobId().equals(job)).isEmpty());
    AdapterPublished adapter = mesh.await1(AdapterPublished.class, e -> e.jobId().equals(job));
    TrainingSucceeded done = mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    assertThat(adapter.kind()).isEqualTo("adapter");
    assertThat(done.metrics().get("base"))
        .containsOnlyKeys("loss", "perplexity", "reference_tokens");
    assertThat(done.metrics().get("tuned").get("perplexity"))
        .isLessThan(done.metrics().get("base").get("perplexity"));
  }

  @Test
  void aStageThatIsNotTheDatasetsFailsTheJobBeforeAnyWorkerSeesIt() {
    List<String> chats = List.of(chat(1));
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-chats", chats, null)));

    String job =
        Mesh.create(
                """
                {"model": "tiny", "training_file": "ds-chats", "training": {"stage": "pt"}}
                """)
            .getString("id");

    TrainingFailed failed = mesh.await1(TrainingFailed.class, e -> e.jobId().equals(job));
    assertThat(failed.code()).isEqualTo("invalid_specification");
    assertThat(failed.reason()).isEqualTo("stage: cannot be pt: the dataset holds chats");
    assertThat(failed.where().field()).isEqualTo("stage");
  }

  private void makeBase() throws Exception {
    if (!Files.exists(Path.of(base, "config.json"))) {
      Python.run("tiny_base.py", base);
    }
  }

  private byte[] read(AdapterPublished adapter) throws Exception {
    try (var in = mesh.blobs().open(adapter.probes())) {
      return in.readAllBytes();
    }
  }

  private static String chat(int number) {
    return """
    {"messages": [{"role": "user", "content": "say %d"}, {"role": "assistant", "content": "it is %d"}]}"""
        .formatted(number, number);
  }
}
