package io.tunemesh.trainer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.training.TrainingQueued;
import io.tunemesh.contract.training.TrainingRequested;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the owner of a job may do in each of its states, and how a job is run again. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class JobLifeTest {

  private static final String JOBS = "/v1/fine_tuning/jobs/";

  @Inject Mesh mesh;
  @Inject AgroalDataSource database;

  private static JsonPath create(String more) {
    return Mesh.create(
        "{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-%s\"%s}"
            .formatted(UUID.randomUUID(), more));
  }

  private String in(String status) throws Exception {
    String id = create("").getString("id");
    try (var connection = database.getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE training_job SET status = ?, queued_at = now(),"
                    + " not_before = now() + interval '1 day' WHERE id = ?")) {
      update.setString(1, status);
      update.setString(2, id);
      update.executeUpdate();
    }
    return id;
  }

  @ParameterizedTest
  @CsvSource({
    "VALIDATING, pause, 400, validating_files",
    "VALIDATING, resume, 400, validating_files",
    "VALIDATING, cancel, 200, cancelled",
    "QUEUED, pause, 200, paused",
    "QUEUED, resume, 400, queued",
    "QUEUED, cancel, 200, cancelled",
    "PAUSED, pause, 200, paused",
    "PAUSED, resume, 200, queued",
    "PAUSED, cancel, 200, cancelled",
    "SUCCEEDED, pause, 400, succeeded",
    "SUCCEEDED, resume, 400, succeeded",
    "SUCCEEDED, cancel, 400, succeeded",
    "FAILED, pause, 400, failed",
    "FAILED, resume, 400, failed",
    "FAILED, cancel, 400, failed",
    "CANCELLED, pause, 400, cancelled",
    "CANCELLED, resume, 400, cancelled",
    "CANCELLED, cancel, 200, cancelled"
  })
  void inEachStateAWishIsDoneOrRefused(String status, String wish, int code, String then)
      throws Exception {
    String id = in(status);

    Response answer = Mesh.acme().post(JOBS + id + "/" + wish);

    assertThat(answer.statusCode()).isEqualTo(code);
    if (code == 400) {
      assertThat(answer.jsonPath().getString("error.code")).isEqualTo("invalid_state");
      assertThat(answer.jsonPath().getString("error.message")).contains(then);
    }
    if (!then.equals("queued")) {
      assertThat(Mesh.job(id).getString("status")).isEqualTo(then);
    }
    Mesh.acme().post(JOBS + id + "/cancel");
  }

  @Test
  void aResumeThatTheSdkSendsAgainIsNoMistake() throws Exception {
    String id = in("PAUSED");
    assertThat(Mesh.acme().post(JOBS + id + "/resume").statusCode()).isEqualTo(200);

    Response again = Mesh.acme().header("x-stainless-retry-count", "1").post(JOBS + id + "/resume");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.jsonPath().getString("id")).isEqualTo(id);
    assertThat(again.jsonPath().getString("status")).isNotEqualTo("paused");
    assertThat(Mesh.get(JOBS + id + "/events?limit=100").getList("data.message", String.class))
        .containsOnlyOnce("The job is resumed");

    assertThat(Mesh.acme().post(JOBS + id + "/resume").statusCode())
        .as("a new wish")
        .isEqualTo(400);
    String other = in("QUEUED");
    assertThat(
            Mesh.acme()
                .header("x-stainless-retry-count", "1")
                .post(JOBS + other + "/resume")
                .statusCode())
        .as("nobody has resumed it")
        .isEqualTo(400);
    Mesh.acme().post(JOBS + id + "/cancel");
    Mesh.acme().post(JOBS + other + "/cancel");
  }

  @Test
  void aPriorityComesByEveryRoad() {
    assertThat(create("").getString("priority")).isEqualTo("normal");
    assertThat(create(", \"priority\": \"high\"").getString("priority")).isEqualTo("high");
    assertThat(create(", \"training\": {\"priority\": \"low\"}").getString("priority"))
        .isEqualTo("low");
    assertThat(create(", \"metadata\": {\"priority\": \"high\"}").getString("priority"))
        .isEqualTo("high");
    assertThat(create(", \"metadata\": {\"priority\": \"P1\"}").getString("priority"))
        .as("a word of the client's own")
        .isEqualTo("normal");
    String both = ", \"priority\": \"low\", \"metadata\": {\"priority\": \"high\"}";
    assertThat(create(both).getString("priority")).isEqualTo("low");
    Response wrong =
        Mesh.acme()
            .body("{\"model\": \"m\", \"training_file\": \"ds-1\", \"priority\": \"urgent\"}")
            .post("/v1/fine_tuning/jobs");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.jsonPath().getString("error.errors[0].field")).isEqualTo("priority");
    assertThat(wrong.jsonPath().getString("error.message")).contains("low", "normal", "high");

    TrainingSpec spec = Json.MAPPER.convertValue(Map.of("priority", "high"), TrainingSpec.class);
    var request =
        Mesh.envelope(Mesh.TENANT, new TrainingRequested("req-p", "ds-priority", spec, null));
    mesh.send(request);
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-priority", "{}", null)));
    String job = Ids.derived("ftjob-", request.key());
    TrainingQueued queued = mesh.await1(TrainingQueued.class, e -> e.jobId().equals(job));
    assertThat(queued.training().priority()).isEqualTo("high");
    assertThat(Mesh.awaitStatus(job, "succeeded").getString("priority")).isEqualTo("high");
  }

  @Test
  void aWaitingJobHasAPositionAndNoOtherHasOne() throws Exception {
    String id = in("QUEUED");
    assertThat(Mesh.job(id).getLong("position")).isPositive();
    assertThat(Mesh.get("/v1/fine_tuning/jobs").getMap("data.find { it.id == '%s' }".formatted(id)))
        .extractingByKey("position")
        .isNotNull();
    Mesh.post(JOBS + id + "/pause");
    assertThat(Mesh.job(id).getString("position")).isNull();
    Mesh.post(JOBS + id + "/cancel");
  }

  private static Response rerun(String id, String body) {
    return Mesh.acme().body(body).post(JOBS + id + "/rerun");
  }

  @Test
  void aRerunTakesOverWhatItDoesNotChange() {
    String dataset = "ds-" + UUID.randomUUID();
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset(dataset, "{\"steps\": 2}", null)));
    JsonPath first =
        Mesh.create(
            """
            {"model": "tunemesh-starter", "training_file": "%s", "suffix": "one", "seed": 7,
             "metadata": {"team": "a"}, "hyperparameters": {"n_epochs": 2, "batch_size": 4},
             "training": {"lora_rank": 4, "learning_rate": 0.001}}
            """
                .formatted(dataset));
    String parent = first.getString("id");
    Mesh.awaitStatus(parent, "succeeded");

    JsonPath second =
        rerun(
                parent,
                """
                {"suffix": "two", "hyperparameters": {"n_epochs": 3},
                 "training": {"lora_rank": null, "warmup_ratio": 0.1}}
                """)
            .then()
            .statusCode(200)
            .extract()
            .jsonPath();

    String id = second.getString("id");
    assertThat(id).isNotEqualTo(parent);
    assertThat(second.getString("rerun_of")).isEqualTo(parent);
    assertThat(second.getString("dataset_id")).isEqualTo(dataset);
    assertThat(second.getInt("seed")).isEqualTo(7);
    assertThat(second.getString("metadata.team")).isEqualTo("a");
    assertThat(second.getInt("hyperparameters.n_epochs")).isEqualTo(3);
    assertThat(second.getInt("hyperparameters.batch_size")).isEqualTo(4);
    assertThat(second.getMap("training"))
        .containsEntry("suffix", "two")
        .containsKey("warmup_ratio")
        .containsKey("learning_rate")
        .doesNotContainKeys("lora_rank");
    JsonPath done = Mesh.awaitStatus(id, "succeeded");
    assertThat(done.getString("fine_tuned_model")).contains(":two:");
    assertThat(mesh.await1(TrainingQueued.class, e -> e.jobId().equals(id)).rerunOf())
        .isEqualTo(parent);
    JsonPath same = rerun(id, "{}").jsonPath();
    assertThat(same.getMap("training")).isEqualTo(second.getMap("training"));
    assertThat(same.getString("rerun_of")).isEqualTo(id);
    Mesh.awaitStatus(same.getString("id"), "succeeded");
  }

  @Test
  void aMultiplierAndARateReplaceEachOther() {
    String rate = create(", \"training\": {\"learning_rate\": 0.001}").getString("id");
    JsonPath multiplied =
        rerun(rate, "{\"hyperparameters\": {\"learning_rate_multiplier\": 2}}").jsonPath();
    assertThat(multiplied.getDouble("hyperparameters.learning_rate_multiplier")).isEqualTo(2);
    assertThat(multiplied.getMap("training")).doesNotContainKey("learning_rate");

    JsonPath rated =
        rerun(multiplied.getString("id"), "{\"training\": {\"learning_rate\": 0.002}}").jsonPath();
    assertThat(rated.getString("hyperparameters.learning_rate_multiplier")).isEqualTo("auto");
    assertThat(rated.getDouble("training.learning_rate")).isEqualTo(0.002);
  }

  @Test
  void aRerunOnAnotherFileMakesAnotherDataset() {
    JsonPath first =
        Mesh.create("{\"model\": \"tunemesh-starter\", \"training_file\": \"file-1\"}");
    String id = first.getString("id");
    String made = first.getString("dataset_id");
    assertThat(rerun(id, "").jsonPath().getString("dataset_id")).isEqualTo(made);

    JsonPath other = rerun(id, "{\"training_file\": \"file-2\"}").jsonPath();
    String dataset = other.getString("dataset_id");
    assertThat(dataset).isNotEqualTo(made);
    assertThat(
            mesh.await1(DatasetRequested.class, e -> e.datasetId().equals(dataset))
                .plan()
                .dataset()
                .sources()
                .getFirst()
                .file())
        .isEqualTo("file-2");
    assertThat(mesh.heard(DatasetRequested.class, e -> e.datasetId().equals(made)))
        .as("the first dataset is made once")
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aRerunThatCannotBeIsRefusedWithEveryMistake() {
    String id = create(", \"training\": {\"lora_rank\": 4}").getString("id");
    Response wrong = rerun(id, "{\"method\": \"prefix\", \"seed\": -1, \"colour\": 1}");
    assertThat(wrong.statusCode()).isEqualTo(400);
    List<String> fields = wrong.jsonPath().getList("error.errors.field");
    assertThat(fields).contains("colour", "seed", "training.lora_rank");
    assertThat(rerun("ftjob-none", "{}").statusCode()).isEqualTo(404);
    assertThat(Mesh.as(MeshResource.OTHER_KEY).body("{}").post(JOBS + id + "/rerun").statusCode())
        .isEqualTo(404);
    Response model = rerun(id, "{\"model\": \"gpt-99\"}");
    assertThat(model.jsonPath().getString("error.code")).isEqualTo("model_not_found");
  }

  @Test
  void aRerunThatTheSdkSendsAgainIsOneJob() {
    String id = create("").getString("id");
    String first = rerun(id, "{\"seed\": 3}").jsonPath().getString("id");
    String again =
        Mesh.acme()
            .header("x-stainless-retry-count", "1")
            .body("{\"seed\": 3}")
            .post(JOBS + id + "/rerun")
            .jsonPath()
            .getString("id");
    assertThat(again).isEqualTo(first);
  }

  @Test
  void aCheckpointHasEveryMetricOfOpenAis() {
    String id = mesh.trained("ds-" + UUID.randomUUID(), "{\"steps\": 4}");
    JsonPath page = Mesh.get(JOBS + id + "/checkpoints?limit=1");
    assertThat(page.getBoolean("has_more")).isTrue();
    assertThat(page.getInt("data[0].step_number")).isEqualTo(4);
    assertThat(page.getString("data[0].object")).isEqualTo("fine_tuning.job.checkpoint");
    assertThat(page.getString("data[0].fine_tuned_model_checkpoint")).endsWith(":ckpt-step-4");
    assertThat(page.<String, Object>getMap("data[0].metrics"))
        .containsOnlyKeys(
            "step",
            "train_loss",
            "train_mean_token_accuracy",
            "valid_loss",
            "valid_mean_token_accuracy",
            "full_valid_loss",
            "full_valid_mean_token_accuracy")
        .doesNotContainValue(null);
    assertThat(page.getDouble("data[0].metrics.full_valid_mean_token_accuracy")).isEqualTo(0.25);
  }

  @Test
  void aRetrySaysWhenAndHowOften() {
    String dataset = "ds-" + UUID.randomUUID();
    mesh.send(
        Mesh.envelope(
            Mesh.TENANT, mesh.dataset(dataset, "{\"steps\": 3, \"crash\": {\"1\": 1}}", null)));
    String id =
        Mesh.create(
                "{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(dataset))
            .getString("id");
    Mesh.awaitStatus(id, "succeeded");
    List<String> messages = Mesh.get(JOBS + id + "/events?limit=100").getList("data.message");
    assertThat(messages)
        .anyMatch(m -> m.contains("tried again in 0.1 s, after 1 of 3 failures in a row"));
    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(id));
    assertThat(mesh.heard(TrainingStarted.class, e -> e.jobId().equals(id)))
        .extracting(TrainingStarted::attempt)
        .containsExactly(1L, 2L);
  }
}
