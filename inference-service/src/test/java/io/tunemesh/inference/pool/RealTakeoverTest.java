package io.tunemesh.inference.pool;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The project's own engines, one of which is killed at work. Says how long the other took. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = RealEngines.class, restrictToAnnotatedClass = true)
class RealTakeoverTest {

  @Inject Scenario scenario;
  @Inject BlobStore blobs;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  @Test
  void answersByTheOtherEngineWhenOneIsKilledInTheMiddleOfAnswers() throws Exception {
    AdapterPublished published = scenario.serves(adapter());
    RealEngines.Running home = holders(published.model()).getFirst();
    List<BufferedReader> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(stream(published.model()));
    }

    home.process().destroyForcibly();
    long start = System.nanoTime();
    scenario
        .chat(MeshResource.KEY, request(published.model()).put("max_tokens", 1).toString())
        .statusCode(200);
    double seconds = (System.nanoTime() - start) / 1e9;

    for (BufferedReader answer : answers) {
      assertThat(rest(answer)).contains("engine_interrupted").doesNotContain("[DONE]");
    }
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

  /**
   * A stream from its first chunk on, by a socket: the JDK's client forgets what it has not handed
   * out when a connection is cut.
   */
  private BufferedReader stream(String model) throws IOException {
    ObjectNode body = request(model).put("stream", true).put("ignore_eos", true);
    byte[] content = body.toString().getBytes(StandardCharsets.UTF_8);
    String head =
        """
        POST %s HTTP/1.1
        Host: %s
        Authorization: Bearer %s
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(chatUrl.getPath(), chatUrl.getAuthority(), MeshResource.KEY, content.length);
    Socket socket = new Socket(chatUrl.getHost(), chatUrl.getPort());
    socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(content);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).contains(" 200 ");
    String line = lines.readLine();
    while (line != null && !line.contains("chat.completion.chunk")) {
      line = lines.readLine();
    }
    assertThat(line).isNotNull();
    return lines;
  }

  /** What comes until the connection is cut. */
  private static String rest(BufferedReader answer) {
    StringBuilder rest = new StringBuilder();
    try {
      for (String line = answer.readLine(); line != null; line = answer.readLine()) {
        rest.append(line).append('\n');
      }
    } catch (IOException cut) {
      return rest.toString();
    }
    return rest.toString();
  }

  private static ObjectNode request(String model) throws IOException {
    return Json.MAPPER.readValue(Scenario.request(model), ObjectNode.class);
  }
}
