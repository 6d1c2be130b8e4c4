package io.tunemesh.inference.adapter;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.testing.Folders;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AdapterRefillTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject Folders folders;
  @Inject Turns turns;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void fillsAnEngineThatWasStartedAnewAndLetsRequestsWaitMeanwhile() {
    AdapterPublished published = scenario.serves(mesh.adapter("refill", "refill-weights"));

    engine.forgetAdapters();

    scenario
        .chat(published.model())
        .statusCode(200)
        .body("choices[0].message.content", equalTo("refill-weights:hello"));
    assertThat(engine.loads(published.model())).isEqualTo(2);
    assertThat(mesh.events(AdapterServing.class, published.adapterId())).hasSize(1);
  }

  @Test
  void doesNotTakeARouteThatTheEngineLacksForAnAdapterThatItLostEachTime() {
    AdapterPublished published = scenario.serves(mesh.adapter("route", "route-weights"));
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", published.model()).put("input", "hello");
    Asker asker = new Asker("acme", "test", null);

    assertThatThrownBy(() -> turns.ask(Turn.of(asker, Api.CLASSIFY, Source.BATCH, body)))
        .isNotInstanceOf(NotYet.class)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem().status()).isEqualTo(404));

    scenario.chat(published.model()).statusCode(200);
  }

  @Test
  void saysThatTheEngineIsDownAndServesAgainWhenItIsBack() {
    AdapterPublished published = scenario.serves(mesh.adapter("down", "down-weights"));
    AdapterPublished late = mesh.adapter("late", "late-weights");
    engine.die();
    try {
      scenario
          .chat(StubEngine.BASE)
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
      scenario
          .chat(published.model())
          .statusCode(503)
          .body("error.code", equalTo("engine_unreachable"));
      mesh.send(late);
    } finally {
      engine.start();
    }

    scenario.awaitServing(late);
    scenario.chat(published.model()).statusCode(200);
    assertThat(mesh.events(AdapterRefused.class, late.adapterId())).isEmpty();
  }

  @Test
  void unloadsWhatIsNotInService() {
    engine.smuggle("ft:smuggled");

    await().atMost(SOON).until(() -> !engine.holds("ft:smuggled"));
  }

  @Test
  void repairsAFolderWhoseBytesWereChangedOnTheDisk() throws IOException {
    AdapterPublished published = scenario.serves(mesh.adapter("disk", "disk-weights"));
    Files.writeString(
        folders.holding("disk-weights").resolve("adapter_model.safetensors"), "changed");

    engine.forgetAdapters();

    scenario
        .chat(published.model())
        .statusCode(200)
        .body("choices[0].message.content", equalTo("disk-weights:hello"));
  }
}
