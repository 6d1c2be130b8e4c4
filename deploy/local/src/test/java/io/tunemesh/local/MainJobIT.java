package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.local.demo.Api;
import io.tunemesh.local.demo.Samples;
import io.tunemesh.local.kill.History;
import io.tunemesh.local.kill.KillHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The main job on a whole mesh: real broker, database, services, PyTorch. One mesh serves all
 * tests, in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static LocalMesh mesh;
  private static List<Path> workbooks;

  @BeforeAll
  static void up() throws Exception {
    mesh = LocalMesh.start();
    workbooks = Samples.make(mesh.home(), mesh.home().data("demo"));
  }

  @AfterAll
  static void down() throws Exception {
    mesh.close();
  }

  @Test
  @Order(1)
  void tunesAndAnswersByEventsAloneThoughEachRequestComesFiveTimes() throws Exception {
    String run = "events-" + UUID.randomUUID();
    Plan plan =
        Plans.plan(
            """
            {"dataset": {"sources": [{"file": "%s"}, {"file": "%s"}]},
             "training": {"max_steps": 3, "per_device_train_batch_size": 8,
                          "max_new_tokens": 24, "probes": 2}}
            """
                .formatted(workbooks.get(0).getFileName(), workbooks.get(1).getFileName()));
    try (EventClient client = new EventClient(mesh.state().kafka(), run)) {
      for (Path workbook : workbooks) {
        client.send(
            new UploadRequested(
                UUID.randomUUID().toString(),
                workbook.getFileName().toString(),
                "fine-tune",
                drop(workbook),
                "exam",
                plan),
            5);
      }
      AdapterServing serving = client.await(AdapterServing.class, PATIENCE);
      client.send(new InferenceRequested("question-1", question(serving.model())), 5);
      InferenceCompleted answer = client.await(InferenceCompleted.class, PATIENCE);

      assertThat(answer.requestId()).isEqualTo("question-1");
      assertThat(answer.response().path("model").asText()).isEqualTo(serving.model());
      assertThat(answer.response().at("/choices/0/message/content").asText()).isNotBlank();
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              History history = History.read(mesh.state().kafka(), run);
              assertThat(history.count(EventType.UPLOAD_RECEIVED)).isEqualTo(2);
              assertThat(history.count(EventType.UPLOAD_PARSED)).isEqualTo(2);
              assertThat(history.count(EventType.DATASET_BUILT)).isEqualTo(1);
              assertThat(history.count(EventType.TRAINING_SUCCEEDED)).isEqualTo(1);
              assertThat(history.count(EventType.ADAPTER_PUBLISHED)).isEqualTo(1);
              assertThat(history.count(EventType.ADAPTER_SERVING)).isEqualTo(1);
            });
  }

  @Test
  @Order(2)
  void isDrivenByTheOfficialSdk() throws Exception {
    String printed = mesh.python("drive_by_sdk.py", workbooks.getLast().toString());

    assertThat(printed).endsWith("the SDK drove it all\n");
  }

  @Test
  @Order(3)
  void servesTheSameModelsAfterDownAndUp() throws Exception {
    JsonNode before = new Api(mesh.state()).get("/v1/models");
    assertThat(before.path("data")).hasSizeGreaterThan(2);

    mesh.mesh("down");
    assertThat(Orphans.postgres(mesh.home())).isEmpty();
    mesh.mesh("up", "--port", "0");
    mesh.mesh("up");

    JsonNode models = new Api(mesh.state()).get("/v1/models");
    assertThat(ids(models)).containsExactlyInAnyOrderElementsOf(ids(before));
    String tuned =
        ids(models).stream().filter(id -> id.startsWith("ft:")).findFirst().orElseThrow();
    JsonNode answer = new Api(mesh.state()).post("/v1/chat/completions", question(tuned));
    assertThat(answer.at("/choices/0/message/content").asText()).isNotBlank();
  }

  @Test
  @Order(4)
  void losesNothingAndDoesNothingTwiceWhenEveryPartIsKilled() throws Exception {
    var harness = new KillHarness(mesh.home(), System.nanoTime(), System.out);

    KillHarness.Outcome outcome = harness.round();

    assertThat(outcome.holds()).as(outcome.toString()).isTrue();
  }

  @Test
  @Order(5)
  void takesAnEventBackFromADeadLetterTopicOnce() throws Exception {
    String run = "replay-" + UUID.randomUUID();
    String dead = Topic.UPLOAD_REQUESTS.deadLetterOf("ingest-service");
    try (EventClient client = new EventClient(mesh.state().kafka(), run)) {
      client.bury(request(), dead, "the database is away");

      assertThat(mesh.mesh("replay", dead, "--list"))
          .contains("UploadRequested", "the database is away", "Nothing was sent");
      assertThat(mesh.mesh("replay", dead)).contains("1 went back");
      assertThat(mesh.mesh("replay", dead)).contains("0 went back");
      assertThat(mesh.mesh("replay", dead, "--all")).contains("1 went back");
      client.send(request(), 1);
    }

    await()
        .atMost(PATIENCE)
        .until(() -> History.read(mesh.state().kafka(), run).count(EventType.UPLOAD_PARSED) == 2);
    assertThat(History.read(mesh.state().kafka(), run).count(EventType.UPLOAD_RECEIVED))
        .isEqualTo(2);
  }

  @Test
  @Order(6)
  void answersABatchAndATableAndMakesARowOfAThumb() throws Exception {
    assertThat(mesh.python("batch_and_feedback.py")).endsWith("done\n");
  }

  private static UploadRequested request() throws Exception {
    Path workbook = workbooks.getFirst();
    return new UploadRequested(
        "request-of-the-replay",
        workbook.getFileName().toString(),
        "fine-tune",
        drop(workbook),
        "exam",
        null);
  }

  /**
   * Puts a workbook where a client without HTTP may: below its tenant's folder of the blob store.
   */
  private static BlobRef drop(Path workbook) throws Exception {
    String key = "incoming/local/" + UUID.randomUUID() + ".xlsx";
    Path target = mesh.home().data("blobs").resolve(key);
    Files.createDirectories(target.getParent());
    Files.copy(workbook, target);
    return new BlobRef(key, null, null);
  }

  private static ObjectNode question(String model) {
    ObjectNode request = Api.JSON.createObjectNode().put("model", model).put("max_tokens", 40);
    request.put("temperature", 0);
    request.putArray("messages").addObject().put("role", "user").put("content", "Hello");
    return request;
  }

  private static List<String> ids(JsonNode list) {
    return list.path("data").valueStream().map(model -> model.path("id").asText()).toList();
  }
}
