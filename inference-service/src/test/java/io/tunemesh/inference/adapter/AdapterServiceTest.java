package io.tunemesh.inference.adapter;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AdapterServiceTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Inject Mesh mesh;
  @Inject EngineConfig config;
  @Inject Adapters adapters;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void servesAPublishedAdapterOnceHoweverOftenItIsTold() {
    AdapterPublished published = mesh.adapter("five", "five-weights");
    String eventId = UUID.randomUUID().toString();

    for (int i = 0; i < 5; i++) {
      mesh.send(eventId, "acme", published);
    }
    mesh.send(published);

    awaitServing(published);
    serves(sentLater("after-five"));
    var serving = mesh.events(AdapterServing.class, published.adapterId());
    assertThat(serving).hasSize(1);
    assertThat(serving.getFirst().run()).isEqualTo("run-1");
    assertThat(serving.getFirst().tenant()).isEqualTo("acme");
    assertThat(serving.getFirst().data())
        .isEqualTo(
            new AdapterServing(
                published.adapterId(), published.jobId(), published.model(), StubEngine.BASE, 1));
    assertThat(engine.loads(published.model())).isEqualTo(1);
    assertThat(engine.asked)
        .first()
        .satisfies(
            probe -> {
              assertThat(probe.getInteger("temperature")).isZero();
              assertThat(probe.getInteger("max_tokens")).isEqualTo(5);
            });
  }

  @Test
  void givesTheEngineOnlyTheFilesItNeeds() throws IOException {
    AdapterPublished published = serves(mesh.adapter("files", "files-weights"));

    Path folder = folderHolding("files-weights");

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "README.md", "adapter_config.json", "adapter_model.safetensors");
    }
    assertThat(engine.holds(published.model())).isTrue();
  }

  @Test
  void refusesAnAdapterThatAnswersDifferentlyAndUnloadsIt() {
    engine.answersDiffer = true;

    AdapterRefused refused = refusal(mesh.adapter("differs", "differs-weights"));

    assertThat(refused.code()).isEqualTo("answers_differ");
    assertThat(refused.reason())
        .contains("probe 1 of 1")
        .contains("from character 21 on")
        .contains("training said '…ights:ping'")
        .contains("the engine says '…ights:ping?'");
    assertThat(engine.loads(refused.model())).isEqualTo(1);
    assertThat(engine.holds(refused.model())).isFalse();
    modelRequest(refused.model()).statusCode(404);
  }

  @Test
  void refusesAnAdapterWhoseBytesHaveChanged() {
    AdapterPublished published = mesh.adapter("corrupt", "corrupt-weights");
    mesh.put(published.adapterId() + "/adapter_model.safetensors", "other bytes");

    AdapterRefused refused = refusal(published);

    assertThat(refused.code()).isEqualTo("artifact_corrupt");
    assertThat(refused.reason()).contains("adapter_model.safetensors");
    assertThat(engine.loads(refused.model())).isZero();
  }

  @Test
  void refusesAnAdapterWithoutItsWeights() {
    AdapterPublished whole = mesh.adapter("partial", "partial-weights");
    AdapterPublished published =
        with(whole, whole.baseModel(), List.of(whole.files().getFirst()), whole.serve());

    assertThat(refusal(published).reason()).contains("without adapter_model.safetensors");
  }

  @Test
  void refusesAnAdapterWhoseBlobIsGone() {
    AdapterPublished whole = mesh.adapter("gone", "gone-weights");
    BlobRef nowhere = new BlobRef("nowhere/adapter_model.safetensors", "0".repeat(64), 1L);
    AdapterPublished published =
        with(
            whole,
            whole.baseModel(),
            List.of(
                whole.files().getFirst(), new AdapterFile("adapter_model.safetensors", nowhere)),
            whole.serve());

    assertThat(refusal(published).code()).isEqualTo("artifact_missing");
  }

  @Test
  void refusesAnAdapterOfAnotherBaseModel() {
    AdapterPublished whole = mesh.adapter("other", "other-weights");

    AdapterRefused refused = refusal(with(whole, "another-base", whole.files(), whole.serve()));

    assertThat(refused.code()).isEqualTo("other_base_model");
    assertThat(refused.reason()).contains("another-base").contains(StubEngine.BASE);
  }

  @Test
  void refusesWhatTheEngineCallsBrokenWithTheEnginesWords() {
    engine.loadStatus = 422;

    AdapterRefused refused = refusal(mesh.adapter("broken", "broken-weights"));

    assertThat(refused.code()).isEqualTo("engine_refused");
    assertThat(refused.reason()).contains("told to refuse");
  }

  @Test
  void refusesAnAdapterOnlyAfterTheEngineHasFailedOverItSeveralTimes() {
    engine.loadStatus = 500;

    AdapterRefused refused = refusal(mesh.adapter("crashes", "crashes-weights"));

    assertThat(refused.code()).isEqualTo("engine_error");
  }

  @Test
  void refusesASecondAdapterOfTheSameName() {
    AdapterPublished first = serves(mesh.adapter("name", "name-weights"));
    AdapterPublished other = mesh.adapter("name2", "name2-weights");
    AdapterPublished second =
        new AdapterPublished(
            other.adapterId(),
            other.jobId(),
            first.model(),
            other.baseModel(),
            other.kind(),
            other.files(),
            other.probes(),
            other.serve());

    AdapterRefused refused = refusal(second);

    assertThat(refused.code()).isEqualTo("name_taken");
    modelRequest(first.model()).statusCode(200).body("adapter", equalTo(first.adapterId()));
  }

  @Test
  void waitsForAnEngineThatIsSetUpWronglyInsteadOfRefusing() {
    engine.loadStatus = 403;
    AdapterPublished published = mesh.adapter("setup", "setup-weights");
    mesh.send(published);
    await().atMost(SOON).until(() -> wasDeferred(published));

    engine.loadStatus = 200;

    awaitServing(published);
    assertThat(mesh.events(AdapterRefused.class, published.adapterId())).isEmpty();
  }

  @Test
  void keepsAnAdapterThatIsNotToBeServedWithoutLoadingIt() {
    AdapterPublished whole = mesh.adapter("kept", "kept-weights");
    AdapterPublished published =
        with(whole, whole.baseModel(), whole.files(), new ServeSpec(false));
    mesh.send(published);

    serves(sentLater("after-kept"));

    assertThat(engine.loads(published.model())).isZero();
    chat(published.model())
        .statusCode(404)
        .body("error.message", containsString("without being served"));
  }

  @Test
  void fillsAnEngineThatWasStartedAnewAndLetsRequestsWaitMeanwhile() {
    AdapterPublished published = serves(mesh.adapter("refill", "refill-weights"));

    engine.forgetAdapters();

    chat(published.model())
        .statusCode(200)
        .body("choices[0].message.content", equalTo("refill-weights:hello"));
    assertThat(engine.loads(published.model())).isEqualTo(2);
    assertThat(mesh.events(AdapterServing.class, published.adapterId())).hasSize(1);
  }

  @Test
  void saysThatTheEngineIsDownAndServesAgainWhenItIsBack() {
    AdapterPublished published = serves(mesh.adapter("down", "down-weights"));
    AdapterPublished late = mesh.adapter("late", "late-weights");
    engine.die();
    try {
      chat(StubEngine.BASE)
          .statusCode(503)
          .header("Retry-After", "2")
          .body("error.code", equalTo("engine_unreachable"));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  given()
                      .get("/q/health/ready")
                      .then()
                      .statusCode(200)
                      .body("checks.find {it.name == 'engine'}.data.answers", equalTo(false))
                      .body(
                          "checks.find {it.name == 'engine'}.data.fault",
                          containsString(engine.url())));
      chat(published.model()).statusCode(503).body("error.code", equalTo("engine_unreachable"));
      mesh.send(late);
    } finally {
      engine.start();
    }

    awaitServing(late);
    chat(published.model()).statusCode(200);
    assertThat(mesh.events(AdapterRefused.class, late.adapterId())).isEmpty();
  }

  @Test
  void unloadsWhatIsNotInService() {
    engine.smuggle("ft:smuggled");

    await().atMost(SOON).until(() -> !engine.holds("ft:smuggled"));
  }

  @Test
  void repairsAFolderWhoseBytesWereChangedOnTheDisk() throws IOException {
    AdapterPublished published = serves(mesh.adapter("disk", "disk-weights"));
    Files.writeString(
        folderHolding("disk-weights").resolve("adapter_model.safetensors"), "changed");

    engine.forgetAdapters();

    chat(published.model())
        .statusCode(200)
        .body("choices[0].message.content", equalTo("disk-weights:hello"));
  }

  @Test
  void retiresAModelThatItsOwnerDeletes() throws IOException {
    AdapterPublished published = serves(mesh.adapter("retire", "retire-weights"));

    deleteAs(MeshResource.OTHER_KEY, published.model()).statusCode(404);
    deleteAs(MeshResource.KEY, published.model())
        .statusCode(200)
        .body("deleted", equalTo(true))
        .body("id", equalTo(published.model()));

    chat(published.model()).statusCode(404).body("error.code", equalTo("model_not_found"));
    modelRequest(published.model()).statusCode(404);
    deleteAs(MeshResource.KEY, published.model()).statusCode(404);
    await().atMost(SOON).until(() -> !engine.holds(published.model()));
    await()
        .atMost(SOON)
        .until(() -> mesh.events(AdapterRetired.class, published.adapterId()).size() == 1);
    await().atMost(SOON).until(() -> folderHolding("retire-weights") == null);
  }

  @Test
  void keepsTheBaseModelFromBeingDeleted() {
    deleteAs(MeshResource.KEY, StubEngine.BASE).statusCode(403);
  }

  @Test
  void listsTheBaseModelAndTheCallersOwn() {
    AdapterPublished published = serves(mesh.adapter("list", "list-weights"));

    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .get("/v1/models")
        .then()
        .statusCode(200)
        .body("object", equalTo("list"))
        .body("data.id", hasItem(StubEngine.BASE))
        .body("data.id", hasItem(published.model()))
        .body("data.find {it.id == '" + published.model() + "'}.parent", equalTo(StubEngine.BASE))
        .body(
            "data.find {it.id == '" + published.model() + "'}.fine_tuning_job",
            equalTo(published.jobId()));
    given()
        .auth()
        .oauth2(MeshResource.OTHER_KEY)
        .get("/v1/models")
        .then()
        .statusCode(200)
        .body("data.id", hasItem(StubEngine.BASE))
        .body("data.id", not(hasItem(published.model())));
    given().get("/v1/models").then().statusCode(401);
  }

  @Test
  void putsAMalformedEventAsideAndGoesOn() {
    String key = "ad-malformed-" + UUID.randomUUID();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topic.ADAPTERS.topicName(), key, "{".getBytes(StandardCharsets.UTF_8));
    record
        .headers()
        .add("ce_type", "io.tunemesh.adapter.published.v1".getBytes(StandardCharsets.UTF_8));
    mesh.send(record);

    await().atMost(SOON).until(() -> mesh.dead(key).size() == 1);

    assertThat(Mesh.header(mesh.dead(key).getFirst(), "dead-letter-reason"))
        .contains("AdapterPublished");
    serves(sentLater("after-malformed"));
  }

  private boolean wasDeferred(AdapterPublished published) {
    return adapters
        .named("acme", published.model())
        .filter(adapter -> adapter.deferrals() > 0 && adapter.reason() != null)
        .isPresent();
  }

  private AdapterPublished serves(AdapterPublished published) {
    mesh.send(published);
    awaitServing(published);
    return published;
  }

  private AdapterPublished sentLater(String suffix) {
    return mesh.adapter(suffix, suffix + "-weights");
  }

  private void awaitServing(AdapterPublished published) {
    await()
        .atMost(SOON)
        .until(() -> !mesh.events(AdapterServing.class, published.adapterId()).isEmpty());
  }

  private AdapterRefused refusal(AdapterPublished published) {
    mesh.send(published);
    await()
        .atMost(SOON)
        .until(() -> !mesh.events(AdapterRefused.class, published.adapterId()).isEmpty());
    assertThat(mesh.events(AdapterServing.class, published.adapterId())).isEmpty();
    return (AdapterRefused)
        mesh.events(AdapterRefused.class, published.adapterId()).getFirst().data();
  }

  private static AdapterPublished with(
      AdapterPublished whole, String base, List<AdapterFile> files, ServeSpec serve) {
    return new AdapterPublished(
        whole.adapterId(),
        whole.jobId(),
        whole.model(),
        base,
        whole.kind(),
        files,
        whole.probes(),
        serve);
  }

  private Path folderHolding(String weights) throws IOException {
    try (Stream<Path> folders = Files.list(config.adapters())) {
      for (Path folder : folders.toList()) {
        Path file = folder.resolve("adapter_model.safetensors");
        if (Files.exists(file) && Files.readString(file).equals(weights)) {
          return folder;
        }
      }
      return null;
    }
  }

  private static ValidatableResponse chat(String model) {
    return given()
        .auth()
        .oauth2(MeshResource.KEY)
        .contentType("application/json")
        .body(
            """
            {"model": "%s", "messages": [{"role": "user", "content": "hello"}]}
            """
                .formatted(model))
        .post("/v1/chat/completions")
        .then();
  }

  private static ValidatableResponse modelRequest(String model) {
    return given().auth().oauth2(MeshResource.KEY).get("/v1/models/{id}", model).then();
  }

  private static ValidatableResponse deleteAs(String key, String model) {
    return given().auth().oauth2(key).delete("/v1/models/{id}", model).then();
  }
}
