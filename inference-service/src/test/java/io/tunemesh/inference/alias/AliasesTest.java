package io.tunemesh.inference.alias;

import static io.tunemesh.inference.alias.AliasClient.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.alias.AliasChanged;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AliasesTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject AgroalDataSource database;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void hasTheModelAnswerThatTheAliasPointsTo() {
    AdapterPublished old = scenario.serves("alias-old");
    AdapterPublished fresh = scenario.serves("alias-new");

    String id =
        AliasClient.put("writer", model(old.model()))
            .statusCode(200)
            .header("ETag", "\"1\"")
            .body("version", equalTo(1))
            .body("targets.model", contains(old.model()))
            .extract()
            .path("id");
    scenario.chat("writer").statusCode(200).body("choices[0].message.content", saysOld());
    scenario.chat(MeshResource.OTHER_KEY, Scenario.request("writer")).statusCode(404);

    AliasClient.post("writer", "promote", model(fresh.model())).statusCode(200);
    scenario.chat("writer").statusCode(200).body("choices[0].message.content", saysNew());
    assertThat(engine.asked.getLast().getString("model")).startsWith(fresh.model() + "@");

    AliasClient.post("writer", "rollback", "{}").statusCode(200).body("version", equalTo(3));
    scenario.chat("writer").statusCode(200).body("choices[0].message.content", saysOld());
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(mesh.events(AliasChanged.class, id))
                    .extracting(event -> ((AliasChanged) event.data()).change())
                    .containsExactly("created", "promoted", "rolled_back"));
  }

  @Test
  void rollsBackStepByStepAndNotToAndFro() {
    List<String> models =
        IntStream.range(0, 3).mapToObj(i -> scenario.serves("back-" + i).model()).toList();
    models.forEach(model -> AliasClient.put("stepper", model(model)).statusCode(200));

    AliasClient.post("stepper", "rollback", "{}").body("targets.model", contains(models.get(1)));
    AliasClient.post("stepper", "rollback", "{}").body("targets.model", contains(models.get(0)));
    AliasClient.post("stepper", "rollback", "{}")
        .statusCode(409)
        .body("error.code", equalTo("nothing_to_roll_back"));
    AliasClient.get(MeshResource.KEY, "stepper")
        .body("history.version", contains(5, 4, 3, 2, 1))
        .body(
            "history.change",
            contains("rolled_back", "rolled_back", "replaced", "replaced", "created"))
        .body("history[0].by", equalTo("test"));
  }

  @Test
  void refusesAChangeOfAVersionThatIsNoMore() {
    String base = model(StubEngine.BASE);
    AliasClient.putIfMatch("versioned", "0", base).statusCode(200);

    AliasClient.putIfMatch("versioned", "0", base)
        .statusCode(412)
        .body("error.code", equalTo("version_mismatch"));
    AliasClient.post("versioned", "promote", "{\"model\": \"stub-base\", \"version\": 9}")
        .statusCode(412);
    AliasClient.putIfMatch("versioned", "\"1\"", base).statusCode(200).body("version", equalTo(2));
    AliasClient.putIfMatch("versioned", "two", base).statusCode(400);
  }

  @Test
  void pointsOnlyToWhatServesAndSaysWhy() {
    AdapterPublished gone = scenario.serves("alias-gone");
    scenario.deleteAs(MeshResource.KEY, gone.model()).statusCode(200);
    AliasClient.put("picky", model(StubEngine.BASE)).statusCode(200);

    AliasClient.put("picky", model(gone.model()))
        .statusCode(409)
        .body("error.code", equalTo("model_not_serving"))
        .body("error.message", containsString("was deleted"));
    AliasClient.post("picky", "promote", model("nobody"))
        .statusCode(409)
        .body("error.message", containsString("no model of that name"));
    AliasClient.get(MeshResource.KEY, "picky").body("version", equalTo(1));
  }

  @Test
  void keepsAModelThatAnAliasPointsTo() {
    AdapterPublished used = scenario.serves("alias-used");
    AliasClient.put("user-of-it", model(used.model())).statusCode(200);

    scenario
        .deleteAs(MeshResource.KEY, used.model())
        .statusCode(409)
        .body("error.code", equalTo("model_in_use"))
        .body("error.message", containsString("user-of-it"));
    scenario.chat("user-of-it").statusCode(200);
    AliasClient.delete("user-of-it").statusCode(200).body("deleted", equalTo(true));

    scenario.deleteAs(MeshResource.KEY, used.model()).statusCode(200);
    scenario.chat("user-of-it").statusCode(404);
  }

  @Test
  void givesAUserTheSameModelOfASplit() {
    String a = scenario.serves("split-a").model();
    String b = scenario.serves("split-b").model();
    AliasClient.put("halves", model(a)).statusCode(200);
    AliasClient.post(
            "halves",
            "split",
            "{\"targets\": [{\"model\": \"%s\"}, {\"model\": \"%s\", \"weight\": 1}]}"
                .formatted(a, b))
        .statusCode(200);

    for (String user : List.of("ann", "bob", "cem", "dan", "eve", "fay", "gus", "hal")) {
      String first = answeredBy(user);
      assertThat(List.of(answeredBy(user), answeredBy(user))).containsOnly(first);
    }
    assertThat(IntStream.range(0, 40).mapToObj(i -> answeredBy("user-" + i)).distinct().sorted())
        .hasSize(2);
  }

  @Test
  void refusesWhatMakesNoSense() {
    AliasClient.put("Bad Name", model(StubEngine.BASE)).statusCode(400);
    AliasClient.put(StubEngine.BASE, model(StubEngine.BASE)).statusCode(409);
    AliasClient.put("senseless", "{\"targets\": []}").statusCode(400);
    AliasClient.put("senseless", "{\"targets\": [{\"model\": \"stub-base\", \"weight\": 0}]}")
        .statusCode(400)
        .body("error.message", containsString("weight above 0"));
    AliasClient.put("senseless", "{").statusCode(400);
    AliasClient.post("nobody-made-it", "promote", model(StubEngine.BASE)).statusCode(404);
    AliasClient.post("nobody-made-it", "rollback", "{}").statusCode(404);
    AliasClient.delete("nobody-made-it").statusCode(404);
  }

  @Test
  void listsAliasesAmongTheModelsOfTheirTenantOnly() {
    AliasClient.put("listed", model(StubEngine.BASE)).statusCode(200);

    AliasClient.as(MeshResource.KEY)
        .get("/v1/models")
        .then()
        .body("data.id", hasItem("listed"))
        .body("data.find {it.id == 'listed'}.alias_of", contains(StubEngine.BASE));
    scenario.modelRequest("listed").statusCode(200);
    AliasClient.as(MeshResource.OTHER_KEY)
        .get("/v1/models")
        .then()
        .body("data.id", not(hasItem("listed")));
    AliasClient.as(MeshResource.KEY).get("/v1/aliases").then().body("data.name", hasItem("listed"));
    AliasClient.get(MeshResource.OTHER_KEY, "listed").statusCode(404);
  }

  @Test
  void seesAtOnceWhatAnotherReplicaChanges() throws SQLException {
    AliasClient.put("shared", model(StubEngine.BASE)).statusCode(200);
    String fresh = scenario.serves("shared").model();

    execute(
        "UPDATE alias SET targets = '[{\"model\": \"%s\", \"weight\": 1}]' WHERE name = 'shared'"
            .formatted(fresh));

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                scenario
                    .chat("shared")
                    .body("choices[0].message.content", equalTo("shared-weights:hello")));
  }

  @Test
  void goesOnSeeingChangesAfterItsConnectionWasCut() throws SQLException {
    AliasClient.put("cut", model(StubEngine.BASE)).statusCode(200);
    String fresh = scenario.serves("cut").model();
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'change-notices'");

    execute(
        "UPDATE alias SET targets = '[{\"model\": \"%s\", \"weight\": 1}]' WHERE name = 'cut'"
            .formatted(fresh));

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                scenario
                    .chat("cut")
                    .body("choices[0].message.content", equalTo("cut-weights:hello")));
  }

  @Test
  void passesTheClientsTraceOnAlsoWithTracingOff() {
    String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    String id =
        AliasClient.as(MeshResource.KEY)
            .header("traceparent", traceparent)
            .body(model(StubEngine.BASE))
            .put("/v1/aliases/untraced")
            .then()
            .statusCode(200)
            .extract()
            .path("id");

    await().atMost(SOON).until(() -> !mesh.events(AliasChanged.class, id).isEmpty());
    assertThat(mesh.events(AliasChanged.class, id).getFirst().traceparent()).isEqualTo(traceparent);
    AliasClient.as(MeshResource.KEY)
        .header("traceparent", traceparent)
        .body(Scenario.request("untraced"))
        .post("/v1/chat/completions")
        .then()
        .statusCode(200);
    assertThat(engine.traceparents).containsExactly(traceparent);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String answeredBy(String user) {
    scenario
        .chat(
            MeshResource.KEY,
            Scenario.request("halves").replaceFirst("\\{", "{\"user\": \"" + user + "\","))
        .statusCode(200);
    return engine.asked.getLast().getString("model");
  }

  private static Matcher<String> saysOld() {
    return equalTo("alias-old-weights:hello");
  }

  private static Matcher<String> saysNew() {
    return equalTo("alias-new-weights:hello");
  }
}
