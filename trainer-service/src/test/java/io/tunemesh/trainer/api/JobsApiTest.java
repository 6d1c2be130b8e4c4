package io.tunemesh.trainer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class JobsApiTest {

  private static final String JOBS = "/v1/fine_tuning/jobs";

  @Inject Mesh mesh;
  @Inject EntityManager database;

  private static String body(String more) {
    return "{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-%s\"%s}"
        .formatted(UUID.randomUUID(), more);
  }

  @Test
  void aFileBecomesADatasetOfItsOwnAndThenAJob() {
    JsonPath job =
        Mesh.create(
            """
            {"model": "tunemesh-starter", "training_file": "file-1", "recipe": "exam",
             "suffix": "api", "seed": 7, "metadata": {"team": "a"},
             "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
             "training": {"lora_rank": 4}}
            """);
    String id = job.getString("id");
    assertThat(job.getString("status")).isEqualTo("validating_files");
    assertThat(job.getString("training_file")).isEqualTo("file-1");
    assertThat(job.getInt("hyperparameters.n_epochs")).isEqualTo(2);
    assertThat(job.getString("hyperparameters.batch_size")).isEqualTo("auto");
    assertThat(job.getInt("method.supervised.hyperparameters.n_epochs")).isEqualTo(2);
    JsonPath other =
        Mesh.create(
            """
            {"model": "tunemesh-starter", "training_file": "ds-never-made",
             "method": {"type": "dora", "dora": {"hyperparameters": {"n_epochs": 2}}}}
            """);
    assertThat(other.getString("method.type")).isEqualTo("dora");
    assertThat(other.getInt("method.dora.hyperparameters.n_epochs")).isEqualTo(2);
    assertThat(job.getInt("seed")).isEqualTo(7);
    assertThat(job.getInt("training.lora_rank")).isEqualTo(4);
    assertThat(job.getString("metadata.team")).isEqualTo("a");

    String dataset = job.getString("dataset_id");
    DatasetRequested request =
        mesh.await1(DatasetRequested.class, e -> e.datasetId().equals(dataset));
    assertThat(request.plan().training()).as("or it would be a second job").isNull();
    assertThat(request.plan().dataset().sources().getFirst().file()).isEqualTo("file-1");
    assertThat(request.plan().dataset().sources().getFirst().recipe()).isEqualTo("exam");

    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset(dataset, "{}", request.plan())));
    mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(id));
    JsonPath done = Mesh.awaitStatus(id, "succeeded");
    assertThat(done.getString("fine_tuned_model")).startsWith("ft:tunemesh-starter:acme:api:");
    refused(Mesh.acme().post(JOBS + "/" + id + "/cancel").statusCode(), 400);
    refused(Mesh.acme().post(JOBS + "/" + id + "/pause").statusCode(), 400);
    refused(Mesh.acme().post(JOBS + "/" + id + "/resume").statusCode(), 400);
    pagesThroughTheEvents(id);
    pagesThroughTheCheckpoints(id, done.getString("fine_tuned_model"));
  }

  private static void refused(int status, int expected) {
    assertThat(status).isEqualTo(expected);
  }

  private void pagesThroughTheEvents(String id) {
    List<String> seen = new ArrayList<>();
    List<String> messages = new ArrayList<>();
    String after = "";
    JsonPath page;
    do {
      page = Mesh.get(JOBS + "/" + id + "/events?limit=4" + after);
      seen.addAll(page.getList("data.id"));
      messages.addAll(page.getList("data.message"));
      after = "&after=" + page.getString("last_id");
    } while (page.getBoolean("has_more"));
    assertThat(seen).doesNotHaveDuplicates().hasSizeGreaterThan(12);
    assertThat(messages.getFirst()).isEqualTo("The job has successfully completed");
    assertThat(messages.getLast()).isEqualTo("Created fine-tuning job: " + id);
    JsonPath all = Mesh.get(JOBS + "/" + id + "/events?limit=100");
    assertThat(all.getList("data.id")).isEqualTo(seen);
    assertThat(all.getList("data.type")).contains("message", "metrics");
    assertThat(all.getList("data.level")).contains("info", "warn");
    assertThat(all.getMap("data.find { it.type == 'metrics' }.data"))
        .containsKeys("step", "train_loss", "total_steps");
  }

  private void pagesThroughTheCheckpoints(String id, String model) {
    JsonPath page = Mesh.get(JOBS + "/" + id + "/checkpoints?limit=2");
    assertThat(page.getList("data.step_number")).containsExactly(6, 4);
    assertThat(page.getBoolean("has_more")).isTrue();
    assertThat(page.getString("data[0].id")).startsWith("ftckpt_");
    assertThat(page.getString("data[0].fine_tuned_model_checkpoint"))
        .isEqualTo(model + ":ckpt-step-6");
    assertThat(page.getDouble("data[0].metrics.train_loss")).isEqualTo(0.5);
    JsonPath rest =
        Mesh.get(JOBS + "/" + id + "/checkpoints?limit=2&after=" + page.getString("last_id"));
    assertThat(rest.getList("data.step_number")).containsExactly(2);
    assertThat(rest.getBoolean("has_more")).isFalse();
  }

  @Test
  void aBadRequestIsToldWhatIsWrong() {
    JsonPath error =
        Mesh.acme()
            .body("{\"training_file\": \"ds-1\", \"suffix\": 3, \"training\": {\"lora_rnk\": 8}}")
            .post(JOBS)
            .then()
            .statusCode(400)
            .extract()
            .jsonPath();
    assertThat(error.getList("error.errors.field"))
        .containsExactlyInAnyOrder("model", "suffix", "training.lora_rnk");

    JsonPath unknown =
        Mesh.acme()
            .body("{\"training_file\": \"ds-1\", \"model\": \"gpt-99\"}")
            .post(JOBS)
            .then()
            .statusCode(400)
            .extract()
            .jsonPath();
    assertThat(unknown.getString("error.code")).isEqualTo("model_not_found");
    assertThat(unknown.getString("error.message")).contains("tunemesh-starter");
    refused(Mesh.acme().get(JOBS + "?limit=none").statusCode(), 400);
    refused(Mesh.acme().get(JOBS + "?after=ftjob-none").statusCode(), 404);
  }

  @Test
  void listsNewestFirstByMetadata() {
    String mark = UUID.randomUUID().toString();
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.addFirst(
          Mesh.create(body(", \"metadata\": {\"mark\": \"" + mark + "\"}")).getString("id"));
      Mesh.create(body(""));
    }
    JsonPath page = Mesh.get(JOBS + "?limit=2&metadata[mark]=" + mark);
    assertThat(page.getList("data.id")).isEqualTo(made.subList(0, 2));
    assertThat(page.getBoolean("has_more")).isTrue();
    JsonPath rest = Mesh.get(JOBS + "?limit=2&metadata[mark]=" + mark + "&after=" + made.get(1));
    assertThat(rest.getList("data.id")).isEqualTo(made.subList(2, 3));
    assertThat(rest.getBoolean("has_more")).isFalse();
  }

  @Test
  void listsThoseWithoutMetadata() {
    String with = Mesh.create(body(", \"metadata\": {\"team\": \"a\"}")).getString("id");
    String without = Mesh.create(body("")).getString("id");
    String empty = Mesh.create(body(", \"metadata\": {}")).getString("id");

    for (String none : List.of("null", "")) {
      assertThat(Mesh.get(JOBS + "?limit=1000&metadata=" + none).getList("data.id", String.class))
          .contains(without, empty)
          .doesNotContain(with);
    }
    assertThat(Mesh.get(JOBS + "?limit=1000").getList("data.id", String.class))
        .contains(with, without, empty);
    refused(Mesh.acme().get(JOBS + "?metadata=team").statusCode(), 400);
    refused(Mesh.acme().get(JOBS + "?metadata=null&metadata[team]=a").statusCode(), 400);
  }

  @Test
  void aFractionOfAnEpochIsNoNumberOfOpenAis() {
    JsonPath job = Mesh.create(body(", \"training\": {\"num_train_epochs\": 0.5}"));

    assertThat(job.getString("hyperparameters.n_epochs")).isEqualTo("auto");
    assertThat(job.getString("method.supervised.hyperparameters.n_epochs")).isEqualTo("auto");
    assertThat(job.getDouble("training.num_train_epochs")).isEqualTo(0.5);
  }

  @Test
  void anotherTenantSeesNothing() {
    String id = Mesh.create(body("")).getString("id");
    for (String path : List.of("", "/events", "/checkpoints", "/report", "/loss.svg")) {
      refused(Mesh.as(MeshResource.OTHER_KEY).get(JOBS + "/" + id + path).statusCode(), 404);
    }
    for (String path : List.of("/cancel", "/pause", "/resume")) {
      refused(Mesh.as(MeshResource.OTHER_KEY).post(JOBS + "/" + id + path).statusCode(), 404);
    }
    List<String> theirs =
        Mesh.as(MeshResource.OTHER_KEY).get(JOBS + "?limit=1000").jsonPath().getList("data.id");
    assertThat(theirs).doesNotContain(id);
    refused(Mesh.as("wrong").get(JOBS).statusCode(), 401);
    assertThat(Mesh.job(id).getString("status")).isEqualTo("validating_files");
  }

  @Test
  void aRequestThatTheSdkSendsAgainIsOneJob() {
    String body = body("");
    String first = Mesh.create(body).getString("id");

    assertThat(again(Mesh.acme(), "1", body)).isEqualTo(first);
    assertThat(again(Mesh.acme(), "2", body)).isEqualTo(first);
    assertThat(again(Mesh.as(MeshResource.OTHER_KEY), "1", body))
        .as("another sender's is another")
        .isNotEqualTo(first);
    assertThat(again(Mesh.acme(), "1", body(""))).as("another body too").isNotEqualTo(first);
    assertThat(again(Mesh.acme(), "0", body)).as("and a new wish").isNotEqualTo(first);
  }

  @Test
  void aRequestThatTheSdkSendsAgainAfterItsTimeoutIsOneJob() {
    String body = body("");
    String first = Mesh.create(body).getString("id");

    age(first, 11);
    assertThat(again(Mesh.acme(), "1", body)).isEqualTo(first);

    age(first, 61);
    assertThat(again(Mesh.acme(), "1", body)).isNotEqualTo(first);
  }

  @Test
  void aRequestIsNoRepetitionOfOneThatItsTriesDoNotReachBackTo() {
    String body = body("");
    String first = Mesh.create(body).getString("id");

    age(first, 25);

    assertThat(again(Mesh.acme(), "2", body)).isEqualTo(first);
    assertThat(again(Mesh.acme(), "1", body)).as("an older wish").isNotEqualTo(first);
  }

  @Test
  void aRequestIsNotAnsweredWithAJobOfNoUse() {
    String body = body("");
    String first = Mesh.create(body).getString("id");
    Mesh.post(JOBS + "/" + first + "/cancel");

    String next = again(Mesh.acme(), "1", body);

    assertThat(next).isNotEqualTo(first);
    assertThat(again(Mesh.acme(), "2", body)).isEqualTo(next);
  }

  private void age(String job, int minutes) {
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                database
                    .createNativeQuery(
                        "UPDATE job_request SET created_at = now() - make_interval(mins => :minutes)"
                            + " WHERE job_id = :job")
                    .setParameter("minutes", minutes)
                    .setParameter("job", job)
                    .executeUpdate());
  }

  private static String again(RequestSpecification as, String count, String body) {
    return as.header("x-stainless-retry-count", count)
        .body(body)
        .post(JOBS)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getString("id");
  }

  @Test
  void anIdempotencyKeyNamesOneJob() {
    String key = UUID.randomUUID().toString();
    String body = body("");
    String first = keyed(key, body).jsonPath().getString("id");
    assertThat(keyed(key, body).jsonPath().getString("id")).isEqualTo(first);
    assertThat(keyed(key, body("")).jsonPath().getString("error.code"))
        .isEqualTo("idempotency_key_reused");
  }

  private static io.restassured.response.Response keyed(String key, String body) {
    return Mesh.acme().header("Idempotency-Key", key).body(body).post(JOBS);
  }

  @Test
  void aJobThatWaitsIsCancelledAtOnceAndNotPaused() {
    String id = Mesh.create(body("")).getString("id");
    refused(Mesh.acme().post(JOBS + "/" + id + "/pause").statusCode(), 400);
    refused(Mesh.acme().get(JOBS + "/" + id + "/loss.svg").statusCode(), 404);
    assertThat(Mesh.post(JOBS + "/" + id + "/cancel").getString("status")).isEqualTo("cancelled");
  }
}
