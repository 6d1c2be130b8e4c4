package io.tunemesh.inference.completion;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.inference.testing.Folders;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ModelsTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject Folders folders;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void retiresAModelThatItsOwnerDeletes() throws IOException {
    AdapterPublished published = scenario.serves(mesh.adapter("retire", "retire-weights"));

    scenario.deleteAs(MeshResource.OTHER_KEY, published.model()).statusCode(404);
    scenario
        .deleteAs(MeshResource.KEY, published.model())
        .statusCode(200)
        .body("deleted", equalTo(true))
        .body("id", equalTo(published.model()));

    scenario.chat(published.model()).statusCode(404).body("error.code", equalTo("model_not_found"));
    scenario.modelRequest(published.model()).statusCode(404);
    scenario.deleteAs(MeshResource.KEY, published.model()).statusCode(404);
    await().atMost(SOON).until(() -> !engine.holds(published.model()));
    await()
        .atMost(SOON)
        .until(() -> mesh.events(AdapterRetired.class, published.adapterId()).size() == 1);
    await().atMost(SOON).until(() -> folders.holding("retire-weights") == null);
  }

  @Test
  void saysThatACheckpointIsNotServed() {
    String checkpoint = StubEngine.BASE + ":acme::1a2b3c:ckpt-step-6";

    scenario
        .chat(checkpoint)
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"))
        .body("error.message", containsString("checkpoints are not served"));
    scenario
        .modelRequest(checkpoint)
        .statusCode(404)
        .body("error.message", containsString("checkpoints are not served"));
  }

  @Test
  void retiresWhatTheTopicSaysWasDeletedAlthoughTheDatabaseHasLostIt() throws IOException {
    AdapterPublished published = scenario.serves(mesh.adapter("lost", "lost-weights"));

    mesh.send(new AdapterRetired(published.adapterId(), published.model()));

    await()
        .atMost(SOON)
        .until(() -> scenario.chat(published.model()).extract().statusCode() == 404);
    await().atMost(SOON).until(() -> !engine.holds(published.model()));
  }

  @Test
  void keepsTheBaseModelFromBeingDeleted() {
    scenario.deleteAs(MeshResource.KEY, StubEngine.BASE).statusCode(403);
  }

  @Test
  void listsTheBaseModelAndTheCallersOwn() {
    AdapterPublished published = scenario.serves(mesh.adapter("list", "list-weights"));

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
}
