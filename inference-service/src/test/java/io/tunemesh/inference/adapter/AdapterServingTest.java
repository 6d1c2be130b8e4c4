package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.inference.engine.EngineCalls;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.inference.testing.Folders;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.Script;
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
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AdapterServingTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject Engines engines;
  @Inject Folders folders;
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

    scenario.awaitServing(published);
    scenario.serves(scenario.sentLater("after-five"));
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
        .filteredOn(body -> body.getString("model", "").startsWith(published.model()))
        .first()
        .satisfies(
            probe -> {
              assertThat(probe.getInteger("temperature")).isZero();
              assertThat(probe.getInteger("repetition_penalty")).isEqualTo(1);
              assertThat(probe.getInteger("max_tokens")).isEqualTo(5);
            });
  }

  @Test
  void checksAnAdapterBesideOneThatTheEngineIsSlowOver() {
    AdapterPublished slow = scenario.sentLater("slow-probe");
    CompletableFuture<StubEngine.Reply> answer = new CompletableFuture<>();
    engine.script =
        (path, body) ->
            path.equals("/v1/chat/completions") && body.getString("model").startsWith(slow.model())
                ? answer
                : null;
    mesh.send(slow);
    await().atMost(SOON).until(() -> probes(slow) == 1);

    scenario.serves("beside-a-slow-probe");
    answer.complete(Script.chat("slow-probe-weights:ping"));

    scenario.awaitServing(slow);
    assertThat(probes(slow)).as("the slow one was waited for").isEqualTo(1);
  }

  @Test
  void waitsForAProbeNoLongerThanItsLimit() {
    engine.hangs = true;
    EngineCalls calls = engines.all().iterator().next().calls();
    byte[] question = Scenario.request(StubEngine.BASE).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> calls.answer("/v1/chat/completions", question, Duration.ofMillis(50)))
        .isInstanceOf(EngineTimeout.class);
  }

  private long probes(AdapterPublished adapter) {
    return engine.asked.stream()
        .filter(body -> body.getString("model", "").startsWith(adapter.model()))
        .count();
  }

  @Test
  void givesTheEngineOnlyTheFilesItNeeds() throws IOException {
    AdapterPublished published = scenario.serves(mesh.adapter("files", "files-weights"));

    Path folder = folders.holding("files-weights");

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "README.md", "adapter_config.json", "adapter_model.safetensors");
    }
    assertThat(engine.holds(published.model())).isTrue();
  }

  @Test
  void waitsForAnEngineThatIsSetUpWronglyInsteadOfRefusing() {
    engine.loadStatus = 403;
    AdapterPublished published = mesh.adapter("setup", "setup-weights");
    mesh.send(published);
    await().atMost(SOON).until(() -> wasDeferred(published));

    engine.loadStatus = 200;

    scenario.awaitServing(published);
    assertThat(mesh.events(AdapterRefused.class, published.adapterId())).isEmpty();
  }

  @Test
  void keepsAnAdapterThatIsNotToBeServedWithoutLoadingIt() {
    AdapterPublished whole = mesh.adapter("kept", "kept-weights");
    AdapterPublished published =
        with(whole, whole.baseModel(), whole.files(), new ServeSpec(false, null));
    mesh.send(published);
    await().atMost(SOON).until(() -> adapters.named("acme", published.model()).isPresent());

    scenario.serves(scenario.sentLater("after-kept"));

    assertThat(engine.loads(published.model())).isZero();
    scenario
        .chat(published.model())
        .statusCode(404)
        .body("error.message", containsString("without being served"));
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
    scenario.serves(scenario.sentLater("after-malformed"));
  }

  private boolean wasDeferred(AdapterPublished published) {
    return adapters
        .named("acme", published.model())
        .filter(adapter -> adapter.deferrals() > 0 && adapter.reason() != null)
        .isPresent();
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
