package io.tunemesh.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StreamedChat;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Adapters and the engines that hold them. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = PoolResource.class, restrictToAnnotatedClass = true)
class PlacementTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Inject Mesh mesh;
  @Inject Scenario scenario;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final List<StubEngine> engines = PoolResource.stubs();
  private final List<AdapterPublished> served = new ArrayList<>();

  @BeforeEach
  void wellBehaved() {
    engines.forEach(StubEngine::behave);
  }

  @AfterEach
  void leaveRoom() {
    served.forEach(published -> scenario.deleteAs(MeshResource.KEY, published.model()));
    served.forEach(
        published ->
            await()
                .atMost(SOON)
                .until(() -> engines.stream().noneMatch(e -> e.holds(published.model()))));
  }

  @Test
  void servesMoreAdaptersThanFitAndFillsTheRoomThatThereIsAndNoMore() {
    for (int i = 0; i < 3 * PoolResource.ROOM + 2; i++) {
      served.add(scenario.serves("many-" + i));
    }

    for (AdapterPublished published : served) {
      String weights = published.adapterId().substring(3).replaceFirst("-[0-9a-f]{8}-.*", "");
      scenario
          .chat(published.model())
          .statusCode(200)
          .body("choices[0].message.content", equalTo(weights + "-weights:hello"));
    }

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(engines)
                    .allSatisfy(engine -> assertThat(held(engine)).isEqualTo(PoolResource.ROOM)));
    assertThat(engines)
        .allSatisfy(engine -> assertThat(engine.most()).isLessThanOrEqualTo(PoolResource.ROOM));
  }

  @Test
  void loadsNothingInThePlaceOfAnAdapterThatItsEngineCannotUnload() {
    for (int i = 0; i < 3 * PoolResource.ROOM; i++) {
      serves(mesh.adapter("stuck-" + i, "stuck-weights"));
    }
    await()
        .atMost(SOON)
        .until(() -> engines.stream().allMatch(engine -> held(engine) == PoolResource.ROOM));
    AtomicInteger refused = new AtomicInteger();
    engines.forEach(
        engine ->
            engine.script =
                (path, body) -> {
                  if (!path.equals("/v1/unload_lora_adapter") || refused.get() > 20) {
                    return null;
                  }
                  refused.incrementAndGet();
                  return CompletableFuture.completedFuture(
                      new StubEngine.Reply(500, new JsonObject().put("message", "stuck")));
                });

    AdapterPublished one = serves(mesh.adapter("late", "late-weights"));

    scenario.chat(one.model()).statusCode(200);
    assertThat(refused).hasPositiveValue();
    assertThat(engines)
        .allSatisfy(engine -> assertThat(engine.most()).isLessThanOrEqualTo(PoolResource.ROOM));
  }

  @Test
  void tellsTheAskerTheModelsNameAndTheEngineAnother() throws Exception {
    AdapterPublished published = serves(mesh.adapter("names", "names-weights"));

    scenario.chat(published.model()).statusCode(200).body("model", equalTo(published.model()));

    StubEngine home = PoolResource.holder(published);
    assertThat(home.asked.getLast().getString("model"))
        .matches("\\Q" + published.model() + "\\E@[0-9a-f]{16}");
    String stream = stream(home, published.model());
    assertThat(stream)
        .contains("\"model\":\"" + published.model() + "\"")
        .doesNotContain(published.model() + "@");
  }

  @Test
  void givesTheNameOfADeletedAdapterToNewBytesWithoutMixingThem() {
    AdapterPublished first = scenario.serves("first");
    scenario.deleteAs(MeshResource.KEY, first.model()).statusCode(200);
    AdapterPublished other = mesh.adapter("second", "second-weights");
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

    serves(second);

    scenario
        .chat(first.model())
        .statusCode(200)
        .body("choices[0].message.content", equalTo("second-weights:hello"));
    List<String> names =
        engines.stream()
            .flatMap(engine -> engine.changes.stream())
            .filter(change -> change.startsWith("+" + first.model()))
            .distinct()
            .toList();
    assertThat(names).hasSize(2);
  }

  @Test
  void givesAnAdapterThatIsAskedForOftenMoreCopies() {
    AdapterPublished published = serves(mesh.adapter("hot", "hot-weights"));

    await()
        .atMost(SOON)
        .until(
            () -> {
              for (int i = 0; i < 50; i++) {
                scenario.chat(published.model()).statusCode(200);
              }
              return engines.stream().filter(e -> e.holds(published.model())).count() > 1;
            });
  }

  @Test
  void takesAKindToAnEngineThatServesIt() {
    AdapterPublished published = serves(ofKind(mesh.adapter("dora", "dora-weights"), "dora"));

    scenario.chat(published.model()).statusCode(200);

    assertThat(PoolResource.holder(published)).isSameAs(engines.get(2));
    assertThat(engines.get(0).loads(published.model())).isZero();
    assertThat(engines.get(1).loads(published.model())).isZero();
  }

  @Test
  void refusesAKindThatNoEngineServes() {
    AdapterRefused refused =
        scenario.refusal(ofKind(mesh.adapter("prefix", "prefix-weights"), "prefix"));

    assertThat(refused.code()).isEqualTo("kind_not_served");
    assertThat(refused.reason()).contains("'prefix'").contains("tunemesh.engines");
    assertThat(engines).allSatisfy(e -> assertThat(e.loads(refused.model())).isZero());
  }

  @Test
  void takesWhatSomeEnginesRefuseToOneThatDoesNot() {
    engines.get(0).loadStatus = 422;
    engines.get(1).loadStatus = 422;

    AdapterPublished published = serves(mesh.adapter("picky", "picky-weights"));

    assertThat(PoolResource.holder(published)).isSameAs(engines.get(2));
    scenario.chat(published.model()).statusCode(200);
  }

  @Test
  void refusesWhatAllEnginesRefuse() {
    engines.forEach(engine -> engine.loadStatus = 422);

    AdapterRefused refused = scenario.refusal(mesh.adapter("unloved", "unloved-weights"));

    assertThat(refused.code()).isEqualTo("engine_refused");
    assertThat(refused.reason()).contains("told to refuse");
  }

  private AdapterPublished serves(AdapterPublished published) {
    served.add(published);
    return scenario.serves(published);
  }

  private String stream(StubEngine home, String model) throws Exception {
    var answer = StreamedChat.asked(chatUrl, Scenario.streamed(model));
    await().atMost(SOON).until(() -> home.openStreams() == 1);
    String name = home.asked.getLast().getString("model");
    // The name arrives in two parts, as a network may cut it.
    String frame = "data: {\"choices\":[],\"model\":\"" + name + "\"}\n\n";
    home.raw(frame.substring(0, frame.length() - 12));
    home.raw(frame.substring(frame.length() - 12));
    home.endStream();
    return answer.get().body();
  }

  private long held(StubEngine engine) {
    return served.stream().filter(published -> engine.holds(published.model())).count();
  }

  private static AdapterPublished ofKind(AdapterPublished whole, String kind) {
    return new AdapterPublished(
        whole.adapterId(),
        whole.jobId(),
        whole.model(),
        whole.baseModel(),
        kind,
        whole.files(),
        whole.probes(),
        whole.serve());
  }
}
