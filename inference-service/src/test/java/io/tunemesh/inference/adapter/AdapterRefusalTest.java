package io.tunemesh.inference.adapter;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AdapterRefusalTest {

  @Inject Mesh mesh;
  @Inject Scenario scenario;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void refusesAnAdapterThatAnswersDifferentlyAndUnloadsIt() {
    engine.answersDiffer = true;

    AdapterRefused refused = scenario.refusal(mesh.adapter("differs", "differs-weights"));

    assertThat(refused.code()).isEqualTo("answers_differ");
    assertThat(refused.reason())
        .contains("probe 1 of 1")
        .contains("from character 21 on")
        .contains("training said '…ights:ping'")
        .contains("the engine says '…ights:ping?'");
    assertThat(engine.loads(refused.model())).isEqualTo(1);
    assertThat(engine.holds(refused.model())).isFalse();
    scenario.modelRequest(refused.model()).statusCode(404);
  }

  @Test
  void tellsTheDifferenceAmongCharactersOutsideTheBasicPlane() {
    engine.answersDiffer = true;

    AdapterRefused refused =
        scenario.refusal(mesh.adapter("smiles", "a" + "\uD83D\uDE00".repeat(20)));

    assertThat(refused.reason()).contains("from character 47 on").contains(":ping?'");
  }

  @Test
  void refusesAnAdapterWhoseBytesHaveChanged() {
    AdapterPublished published = mesh.adapter("corrupt", "corrupt-weights");
    mesh.put(published.adapterId() + "/adapter_model.safetensors", "other bytes");

    AdapterRefused refused = scenario.refusal(published);

    assertThat(refused.code()).isEqualTo("artifact_corrupt");
    assertThat(refused.reason()).contains("adapter_model.safetensors");
    assertThat(engine.loads(refused.model())).isZero();
  }

  @Test
  void refusesAnAdapterWithoutItsWeights() {
    AdapterPublished whole = mesh.adapter("partial", "partial-weights");
    AdapterPublished published =
        with(whole, whole.baseModel(), List.of(whole.files().getFirst()), whole.serve());

    assertThat(scenario.refusal(published).reason()).contains("without adapter_model.safetensors");
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

    assertThat(scenario.refusal(published).code()).isEqualTo("artifact_missing");
  }

  @Test
  void refusesAnAdapterWhoseProbesCannotBeRead() {
    AdapterPublished whole = scenario.sentLater("probes");
    AdapterPublished published =
        new AdapterPublished(
            whole.adapterId(),
            whole.jobId(),
            whole.model(),
            whole.baseModel(),
            whole.kind(),
            whole.files(),
            mesh.put(whole.adapterId() + "/probes.json", "[{\"max_tokens\": 5}]"),
            whole.serve());

    AdapterRefused refused = scenario.refusal(published);

    assertThat(refused.code()).isEqualTo("probes_invalid");
    assertThat(engine.loads(refused.model())).isZero();
  }

  @Test
  void refusesAnAdapterOfAnotherBaseModel() {
    AdapterPublished whole = mesh.adapter("other", "other-weights");

    AdapterRefused refused =
        scenario.refusal(with(whole, "another-base", whole.files(), whole.serve()));

    assertThat(refused.code()).isEqualTo("other_base_model");
    assertThat(refused.reason()).contains("another-base").contains(StubEngine.BASE);
  }

  @Test
  void refusesWhatTheEngineCallsBrokenWithTheEnginesWords() {
    engine.loadStatus = 422;

    AdapterRefused refused = scenario.refusal(mesh.adapter("broken", "broken-weights"));

    assertThat(refused.code()).isEqualTo("engine_refused");
    assertThat(refused.reason()).contains("told to refuse");
  }

  @Test
  void refusesAtOnceWhatAVllmCannotTake() {
    engine.loadStatus = 500;
    engine.loadRefusal =
        "Call to add_lora method failed: Worker failed with error 'LoRA rank 128 is greater than"
            + " max_lora_rank 64.', please check the stack trace above for the root cause";

    AdapterRefused refused = scenario.refusal(mesh.adapter("rank", "rank-weights"));

    assertThat(refused.code()).isEqualTo("engine_refused");
    assertThat(refused.reason()).contains("rank 128 is greater than max_lora_rank 64");
  }

  @Test
  void servesARefusedAdapterThatIsCheckedAgainWhenTheCauseIsMended() {
    AdapterPublished published = mesh.adapter("mended", "mended-weights");
    engine.loadStatus = 422;
    scenario.refusal(published);
    engine.loadStatus = 200;

    checkAgain(MeshResource.USER_KEY, published.model()).statusCode(403);
    checkAgain(MeshResource.OTHER_KEY, published.model()).statusCode(404);
    checkAgain(MeshResource.KEY, published.model())
        .statusCode(202)
        .body("adapter", equalTo(published.adapterId()));

    scenario.awaitServing(published);
    scenario
        .chat(published.model())
        .statusCode(200)
        .body("choices[0].message.content", equalTo("mended-weights:hello"));
    checkAgain(MeshResource.KEY, published.model())
        .statusCode(400)
        .body("error.code", equalTo("not_refused"));
  }

  private static ValidatableResponse checkAgain(String key, String model) {
    return given().auth().oauth2(key).post("/v1/models/{id}/check", model).then();
  }

  @Test
  void refusesAnAdapterOnlyAfterTheEngineHasFailedOverItSeveralTimes() {
    engine.loadStatus = 500;

    AdapterRefused refused = scenario.refusal(mesh.adapter("crashes", "crashes-weights"));

    assertThat(refused.code()).isEqualTo("engine_error");
  }

  @Test
  void refusesASecondAdapterOfTheSameName() {
    AdapterPublished first = scenario.serves(mesh.adapter("name", "name-weights"));
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

    AdapterRefused refused = scenario.refusal(second);

    assertThat(refused.code()).isEqualTo("name_taken");
    scenario
        .modelRequest(first.model())
        .statusCode(200)
        .body("adapter", equalTo(first.adapterId()));
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
}
