package io.tunemesh.inference.usage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.usage.UsageRecorded;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Ending;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.ObserverMethod;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class UsageTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject UsageTable table;
  @Inject UsageTeller teller;
  @Inject UsageLedger ledger;
  @Inject BeanManager beans;

  private final StubEngine engine = StubEngineResource.engine();
  private final String tenant = "tenant-" + UUID.randomUUID();
  private final Instant minute =
      Instant.now().minus(Duration.ofHours(2)).truncatedTo(ChronoUnit.MINUTES);

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void countsAnswersByKeyAndModel() {
    String model = scenario.serves("usage").model();
    engine.usage = new JsonObject().put("prompt_tokens", 7).put("completion_tokens", 5);
    scenario.chat(model).statusCode(200);
    scenario.chat(model).statusCode(200);
    scenario.chat(MeshResource.USER_KEY, Scenario.request(model)).statusCode(200);
    scenario.chat("nobody").statusCode(404);

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                of(model, "group_by=model,key")
                    .body(".find {it.key == 'test'}.requests", equalTo(2))
                    .body(".find {it.key == 'test'}.prompt_tokens", equalTo(14))
                    .body(".find {it.key == 'test'}.completion_tokens", equalTo(10))
                    .body(".find {it.key == 'reader'}.requests", equalTo(1)));
    usage(MeshResource.KEY, "group_by=model")
        .body("data.findAll {it.model == 'nobody'}", hasSize(0));
    usage(MeshResource.USER_KEY, "group_by=model,key")
        .body("data.findAll {it.key != 'reader'}", hasSize(0));
    usage(MeshResource.OTHER_KEY, "group_by=model")
        .body("data.findAll {it.model == '" + model + "'}", hasSize(0));
  }

  @Test
  void addsUpWhatTwoReplicasWriteAtOnce() throws Exception {
    Row row = new Row(tenant, "k", "m", minute);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Void> add =
          () -> {
            table.add(Map.of(row, new Sum(1, 0, 10, 3), other(), new Sum(2, 1, 0, 0)));
            return null;
          };
      for (var done : threads.invokeAll(Stream.generate(() -> add).limit(8).toList())) {
        done.get();
      }
    }

    assertThat(table.read(tenant, "k", minute, Instant.now(), null, false, false))
        .containsExactly(new Used(null, null, null, 8, 0, 80, 24));
    assertThat(table.read(tenant, null, minute, Instant.now(), "hour", true, true)).hasSize(2);
  }

  @Test
  void tellsEachQuestionOnceWhoeverTells() throws Exception {
    Row row = new Row(tenant, "k", "m", minute);
    String id = Ids.derived("usage-", String.join("\n", tenant, "k", "m", minute.toString()));
    table.add(Map.of(row, new Sum(5, 1, 50, 20)));

    Instant end = minute.plusSeconds(60);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Void> tell =
          () -> {
            teller.tellBefore(end);
            return null;
          };
      for (var done : threads.invokeAll(List.of(tell, tell, tell))) {
        done.get();
      }
    }
    // Written late, by a replica that was cut off.
    table.add(Map.of(row, new Sum(2, 0, 4, 4)));
    teller.tellBefore(end);

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(mesh.events(UsageRecorded.class, id))
                    .extracting(event -> ((UsageRecorded) event.data()).requests())
                    .containsExactly(5L, 2L));
    Envelope<?> first = mesh.events(UsageRecorded.class, id).getFirst();
    assertThat(first.tenant()).isEqualTo(tenant);
    assertThat(((UsageRecorded) first.data()).promptTokens()).isEqualTo(50);
    assertThat(((UsageRecorded) first.data()).minute()).isEqualTo(minute.toString());
  }

  @Test
  void isNotHeldUpByARowThatTheDatabaseRefuses() {
    ledger.ended(turn("bad\0name"), answered());
    ledger.ended(turn("good"), answered());

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(table.read(tenant, "k", minute, Instant.now(), null, false, true))
                    .containsExactly(new Used(null, null, "good", 1, 0, 3, 4)));
    ledger.flush();
  }

  @Test
  void isWrittenAfterTheWorkersHaveStopped() {
    Map<String, Integer> order =
        beans.resolveObserverMethods(new ShutdownEvent()).stream()
            .collect(
                Collectors.toMap(
                    stop -> stop.getBeanClass().getSimpleName(),
                    ObserverMethod::getPriority,
                    Math::max));

    assertThat(List.of("UsageLedger", "Rates", "KeptAnswers"))
        .allSatisfy(
            ledger ->
                assertThat(order.get(ledger))
                    .isGreaterThan(order.get("JobWorkers"))
                    .isGreaterThan(order.get("RequestWorkers")));
  }

  private Turn turn(String model) {
    Turn turn =
        Turn.of(
            new Asker(tenant, "k", null),
            Api.CHAT,
            Source.HTTP,
            Json.MAPPER.createObjectNode().put("model", "asked"));
    turn.answerWith(model);
    return turn;
  }

  private static Ending answered() {
    return new Ending(Ending.Outcome.ANSWERED, 200, null, new Usage(3, 4), 1, 2);
  }

  @Test
  void refusesTimesAndGroupsThatMakeNoSense() {
    for (String query :
        List.of(
            "start=yesterday",
            "start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z",
            "group_by=tenant",
            "group_by=minute,hour",
            "group_by=minute&start=0")) {
      given().auth().oauth2(MeshResource.KEY).get("/v1/usage?" + query).then().statusCode(400);
    }
    given().get("/v1/usage").then().statusCode(401);
  }

  private Row other() {
    return new Row(tenant, "other", "m", minute);
  }

  static ValidatableResponse of(String model, String query) {
    return usage(MeshResource.KEY, query).rootPath("data.findAll {it.model == '" + model + "'}");
  }

  private static ValidatableResponse usage(String key, String query) {
    return given().auth().oauth2(key).get("/v1/usage?" + query).then().statusCode(200);
  }
}
