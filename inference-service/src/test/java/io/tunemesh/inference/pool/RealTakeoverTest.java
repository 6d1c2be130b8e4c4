package io.tunemesh.inference.pool;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.inference.testing.RawStream;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The project's own engines, one of which hangs and is killed. Says how long the other took. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = RealEngines.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealTakeoverTest {

  @Inject Scenario scenario;
  @Inject BlobStore blobs;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  @Test
  @Order(1)
  void answersByTheOtherEngineWhenOneIsStopped() throws Exception {
    AdapterPublished published = scenario.serves(adapter());
    RealEngines.Running home = holders(published.model()).getFirst();
    signal("STOP", home);
    long start = System.nanoTime();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (String model : List.of(published.model(), RealEngines.MODEL, RealEngines.MODEL)) {
        String body = request(model).put("max_tokens", 1).toString();
        statuses.add(
            askers.submit(() -> scenario.chat(MeshResource.KEY, body).extract().statusCode()));
      }
      for (Future<Integer> status : statuses) {
        assertThat(status.get()).isEqualTo(200);
      }
    } finally {
      signal("CONT", home);
    }
    double seconds = (System.nanoTime() - start) / 1e9;

    await().atMost(Duration.ofSeconds(60)).until(() -> !ready().contains("\"fault\""));
    System.out.printf(
        "{\"bench\": \"takeover\", \"figure\": \"answers after an engine hung\","
            + " \"unit\": \"s\", \"ours\": %.3f, \"goal\": 4, \"holds\": %b}%n",
        seconds, seconds <= 4);
  }

  private static void signal(String name, RealEngines.Running engine) throws Exception {
    String pid = String.valueOf(engine.process().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  private String ready() {
    return given().get(chatUrl.resolve("/q/health/ready")).asString();
  }

  @Test
  @Order(2)
  void endsTheAnswersOfAnEngineThatIsStoppedInTheMiddleOfThem() throws Exception {
    AdapterPublished published = scenario.serves(adapter());
    RawStream answer = stream(published.model());
    RealEngines.Running home = answering();
    try (answer) {
      signal("STOP", home);
      long start = System.nanoTime();

      String rest = answer.rest();

      assertThat(rest)
          .contains("engine_stalled")
          .containsPattern("nothing for ([3-9]|[1-5]\\d) s")
          .doesNotContain("[DONE]");
      System.out.printf(
          "{\"bench\": \"takeover\", \"figure\": \"end of an answer whose engine hung\","
              + " \"unit\": \"s\", \"ours\": %.3f}%n",
          (System.nanoTime() - start) / 1e9);
    } finally {
      signal("CONT", home);
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> !ready().contains("\"fault\""));
  }

  @Test
  @Order(3)
  void answersByTheOtherEngineWhenOneIsKilledInTheMiddleOfAnAnswer() throws Exception {
    AdapterPublished published = scenario.serves(adapter());
    RawStream answer = stream(published.model());
    RealEngines.Running home = answering();

    home.process().destroyForcibly();
    long start = System.nanoTime();
    scenario
        .chat(MeshResource.KEY, request(published.model()).put("max_tokens", 1).toString())
        .statusCode(200);
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat(answer.rest()).contains("engine_interrupted").doesNotContain("[DONE]");
    assertThat(home.process().waitFor()).isEqualTo(128 + 9);
    assertThat(holders(published.model())).isNotEmpty().doesNotContain(home);
    System.out.printf(
        "{\"bench\": \"takeover\", \"figure\": \"answer after its engine was killed\","
            + " \"unit\": \"s\", \"ours\": %.3f, \"goal\": 2, \"holds\": %b}%n",
        seconds, seconds <= 2);
  }

  private static List<RealEngines.Running> holders(String model) {
    return RealEngines.running().stream()
        .filter(engine -> engine.process().isAlive())
        .filter(engine -> given().get(engine.url() + "/v1/models").asString().contains(model + "@"))
        .toList();
  }

  /** The engine that is at the one answer: after a stall it need not be the adapter's home. */
  private static RealEngines.Running answering() {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> RealEngines.running().stream().filter(RealTakeoverTest::isAnswering).toList(),
            busy -> busy.size() == 1)
        .getFirst();
  }

  private static boolean isAnswering(RealEngines.Running engine) {
    return given().get(engine.url() + "/load").jsonPath().getInt("running") > 0;
  }

  private AdapterPublished adapter() throws IOException {
    String id = "ad-" + UUID.randomUUID();
    List<AdapterFile> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(RealEngines.adapter())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        try (InputStream in = Files.newInputStream(file)) {
          files.add(new AdapterFile(name, blobs.put(id + "/" + name, in)));
        }
      }
    }
    ServeSpec serve = new ServeSpec(true, null);
    String base = RealEngines.MODEL;
    String model = "ft:" + base + ":acme:" + id;
    return new AdapterPublished(id, "ftjob-" + id, model, base, "lora", files, null, serve);
  }

  /** A stream from its first chunk on. */
  private RawStream stream(String model) throws IOException {
    ObjectNode body = request(model).put("stream", true).put("ignore_eos", true);
    return new RawStream(chatUrl, body.toString()).until("chat.completion.chunk");
  }

  private static ObjectNode request(String model) throws IOException {
    return Json.MAPPER.readValue(Scenario.request(model), ObjectNode.class);
  }
}
