package io.tunemesh.inference.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.alias.AliasRefused;
import io.tunemesh.contract.alias.AliasRequested;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AliasByEventTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void promotesWhatAPlanAsksForOnceItsAdapterServes() {
    AdapterPublished first = planned("plan-first", "planned");
    scenario.serves(first);
    awaitTarget("planned", first.model());

    AdapterPublished second = planned("plan-second", "planned");
    scenario.serves(second);

    awaitTarget("planned", second.model());
  }

  @Test
  void tellsThatAPlansAdapterWasRefused() {
    AdapterPublished whole = planned("plan-refused", "never-made");
    engine.answersDiffer = true;

    scenario.refusal(whole);

    assertThat(refusal(whole.adapterId()).code()).isEqualTo("adapter_refused");
    AliasClient.get(MeshResource.KEY, "never-made").statusCode(404);
  }

  @Test
  void tellsThatAPlansAdapterWasRefusedForItsName() {
    AdapterPublished first = scenario.serves("named-once");
    AdapterPublished second = planned("named-twice", "never-named", first.model());

    mesh.send(second);

    assertThat(refusal(second.adapterId()).code()).isEqualTo("adapter_refused");
  }

  @Test
  void changesAnAliasByEvent() {
    String model = scenario.serves("by-event").model();

    request("evented", "promote", model, null);
    awaitTarget("evented", model);
    request("evented", "promote", StubEngine.BASE, null);
    awaitTarget("evented", StubEngine.BASE);
    request("evented", "rollback", null, 2);

    awaitTarget("evented", model);
  }

  @Test
  void splitsAsOverHttpAndLeavesTheShadow() {
    String model = scenario.serves("split-by-event").model();
    String asked = "req-" + UUID.randomUUID();
    List<AliasTarget> targets =
        List.of(new AliasTarget(model, 1), new AliasTarget(StubEngine.BASE, 3));
    mesh.send(new AliasRequested(asked, "split-evented", "split", targets, null));
    assertThat(refusal(asked).code()).isEqualTo("alias_not_found");
    AliasClient.put("split-evented", AliasClient.model(model)).statusCode(200);
    AliasClient.post(
            "split-evented", "shadow", "{\"model\": \"" + StubEngine.BASE + "\", \"share\": 0.5}")
        .statusCode(200);

    mesh.send(new AliasRequested("req-split", "split-evented", "split", targets, null));

    ValidatableResponse now =
        await()
            .atMost(SOON)
            .until(
                () -> AliasClient.get(MeshResource.KEY, "split-evented"),
                seen -> seen.extract().jsonPath().getInt("version") == 3);
    now.body("targets.weight", equalTo(List.of(1, 3)))
        .body("shadow.model", equalTo(StubEngine.BASE))
        .body("history[0].change", equalTo("split"));
  }

  @Test
  void refusesByEventAsOverHttp() {
    assertThat(refusal(request("refused-one", "promote", "nobody", null)).code())
        .isEqualTo("model_not_serving");
    assertThat(refusal(request("refused-one", "rollback", null, null)).code())
        .isEqualTo("alias_not_found");
    assertThat(refusal(request("refused-one", "promote", StubEngine.BASE, 7)).code())
        .isEqualTo("version_mismatch");
    assertThat(refusal(request("refused-one", "dance", null, null)).code())
        .isEqualTo("invalid_action");
    assertThat(refusal(request("Refused One", "promote", StubEngine.BASE, null)).code())
        .isEqualTo("invalid_alias");
  }

  private String request(String name, String action, String model, Integer version) {
    String id = "req-" + UUID.randomUUID();
    List<AliasTarget> targets = model == null ? null : List.of(new AliasTarget(model, null));
    mesh.send(new AliasRequested(id, name, action, targets, version));
    return id;
  }

  private AliasRefused refusal(String requestId) {
    await().atMost(SOON).until(() -> !mesh.events(AliasRefused.class, requestId).isEmpty());
    Envelope<?> refused = mesh.events(AliasRefused.class, requestId).getFirst();
    assertThat(refused.tenant()).isEqualTo("acme");
    assertThat(refused.run()).isEqualTo("run-1");
    return (AliasRefused) refused.data();
  }

  private AdapterPublished planned(String suffix, String alias) {
    return planned(suffix, alias, null);
  }

  private AdapterPublished planned(String suffix, String alias, String model) {
    AdapterPublished whole = scenario.sentLater(suffix);
    return new AdapterPublished(
        whole.adapterId(),
        whole.jobId(),
        model == null ? whole.model() : model,
        whole.baseModel(),
        whole.kind(),
        whole.files(),
        whole.probes(),
        new ServeSpec(true, alias));
  }

  private static void awaitTarget(String name, String model) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                AliasClient.get(MeshResource.KEY, name)
                    .statusCode(200)
                    .body("targets.model", contains(model)));
  }
}
