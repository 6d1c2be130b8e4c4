package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.dataset.DatasetBuilt;
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
import java.nio.file.StandardOpenOption;
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

  @ConfigProperty(name = "test.tiny-encoder")
  String encoder;

  @Test
  void aKilledTrainingGoesOnFromItsCheckpointAndPublishesOneAdapter() throws Exception {
    makeBase();
    Path hold = Files.createFile(Path.of(base + ".hold"));
    String job;
    try {
      List<String> chats = IntStream.range(0, 12).mapToObj(RealWorkerTest::chat).toList();
      mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-real", chats, null)));

      job =
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
                              e.jobId().equals(job)
                                  && e.stage().equals("training")
                                  && e.step() >= 12)
                      .isEmpty());
      // Each slot keeps a worker, and only one of them has the job.
      List<ProcessHandle> workers =
          ProcessHandle.current()
              .descendants()
              .filter(p -> p.info().commandLine().orElse("").contains("--base " + base))
              .toList();
      assertThat(workers).isNotEmpty();
      workers.forEach(ProcessHandle::destroyForcibly);
    } finally {
      Files.deleteIfExists(hold);
    }

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
  void anEncodersExportHoldsItsHeadAndAnotherBaseIsRefused() throws Exception {
    Python.run("tiny_base.py", encoder, "encoder");
    List<String> rows =
        IntStream.range(0, 12)
            .mapToObj(
                n ->
                    """
                    {"messages": [{"role": "user", "content": "%s %d"}, {"role": "assistant", "content": "%s"}]}"""
                        .formatted(n % 2 == 0 ? "++" : "--", n, n % 2 == 0 ? "good" : "bad"))
            .toList();
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-labels", "classification", rows, null)));
    String job =
        Mesh.create(
                """
                {"model": "tiny-encoder", "training_file": "ds-labels",
                 "training": {"num_train_epochs": 2, "probes": 1,
                              "metric_for_best_model": "macro_f1", "eval_steps": 2}}
                """)
            .getString("id");
    await()
        .atMost(PATIENCE)
        .until(() -> !mesh.heard(TrainingSucceeded.class, e -> e.jobId().equals(job)).isEmpty());
    TrainingSucceeded done = mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    String impossible =
        """
        {"model": "tiny-encoder", "training_file": "ds-labels", "method": {"type": "prompt"},
         "training": {"train_on_prompt": true}}
        """;
    assertThat(
            Mesh.acme()
                .body(impossible)
                .post("/v1/fine_tuning/jobs")
                .then()
                .statusCode(400)
                .extract()
                .jsonPath()
                .getString("error.message"))
        .contains("method: \"prompt\"", "training.train_on_prompt: is for causal models");
    assertThat(done.bestMetric().name()).isEqualTo("macro_f1");
    assertThat(done.bestMetric().value()).isBetween(0.0, 1.0);
    JsonPath summary = Mesh.get("/v1/fine_tuning/jobs/" + job + "/training_summary.json");
    assertThat(summary.getList("labels")).containsExactly("bad", "good");
    assertThat(summary.getString("dataset")).isEqualTo("ds-labels");
    JsonPath report = Mesh.get("/v1/fine_tuning/jobs/" + job + "/report");
    assertThat(report.getList("curve.validation_metrics.macro_f1")).isNotEmpty();

    String exports = "/v1/fine_tuning/jobs/" + job + "/exports";
    JsonPath made = exported(exports);
    assertThat(made.getString("status")).as(made.prettify()).isEqualTo("succeeded");
    assertThat(made.getList("files.name"))
        .contains("config.json", "model.safetensors", "training_summary.json");
    String file = exports + "/" + made.getString("id") + "/files/config.json";
    JsonNode config = Json.MAPPER.readTree(Mesh.acme().get(file).asByteArray());
    assertThat(config.at("/id2label/1").asText()).isEqualTo("good");

    Mesh.acme().delete(exports + "/" + made.getString("id")).then().statusCode(200);
    Files.writeString(Path.of(encoder, "config.json"), "\n", StandardOpenOption.APPEND);
    JsonPath refused = exported(exports);
    assertThat(refused.getString("error.code")).as(refused.prettify()).isEqualTo("wrong_base");
  }

  private static JsonPath exported(String exports) {
    String id =
        Mesh.acme()
            .body("{\"format\": \"merged\"}")
            .post(exports)
            .then()
            .statusCode(200)
            .extract()
            .jsonPath()
            .getString("id");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                List.of("succeeded", "failed")
                    .contains(Mesh.get(exports + "/" + id).getString("status")));
    return Mesh.get(exports + "/" + id);
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

  @Test
  void whatTheDatasetLeavesNoRoomForIsToldAtOnceAndWhole() {
    DatasetBuilt all = mesh.dataset("ds-unvalidated", "pt", List.of("{\"text\": \"a\"}"), null);
    DatasetBuilt built =
        new DatasetBuilt(
            all.datasetId(),
            all.name(),
            all.task(),
            all.format(),
            all.manifest(),
            all.train(),
            null,
            all.test(),
            all.rowsIn(),
            all.rowsKept(),
            all.rowsRefused(),
            null);
    mesh.send(Mesh.envelope(Mesh.TENANT, built));

    String job =
        Mesh.create(
                """
                {"model": "tiny", "training_file": "ds-unvalidated",
                 "training": {"stage": "sft", "early_stopping_steps": 2, "mask_history": true}}
                """)
            .getString("id");

    TrainingFailed failed = mesh.await1(TrainingFailed.class, e -> e.jobId().equals(job));
    assertThat(failed.code()).isEqualTo("invalid_specification");
    assertThat(failed.reason())
        .contains(
            "stage: cannot be sft", "mask_history: ", "early_stopping_steps: needs validation");
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
