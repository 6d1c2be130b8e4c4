package io.tunemesh.inference.completion;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ForwardingTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String HELLO = "[{\"role\": \"user\", \"content\": \"hello\"}]";

  @Inject Mesh mesh;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void passesTheBodyOnWithFieldsItDoesNotKnow() {
    String body =
        """
        {"model": "%s", "messages": %s, "temperature": 0.25, "chat_template_kwargs": {"深": [1, null]}}
        """
            .formatted(StubEngine.BASE, HELLO);

    chat(MeshResource.KEY, body)
        .statusCode(200)
        .contentType("application/json")
        .body("choices[0].message.content", equalTo("base:hello"));

    assertThat(engine.asked).containsExactly(new JsonObject(body));
  }

  @Test
  void answersPlainCompletionsToo() {
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .contentType("application/json")
        .body("{\"model\": \"%s\", \"prompt\": \"once\"}".formatted(StubEngine.BASE))
        .post("/v1/completions")
        .then()
        .statusCode(200)
        .body("choices[0].message.content", equalTo("base:once"));
  }

  @Test
  void asksForAKey() {
    given()
        .contentType("application/json")
        .body(request(StubEngine.BASE))
        .post("/v1/chat/completions")
        .then()
        .statusCode(401)
        .body("error.code", equalTo("invalid_api_key"));
    chat("tm-no-such-key", request(StubEngine.BASE)).statusCode(401);
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void keepsATenantsModelFromOthers() {
    AdapterPublished published = serves("mine");
    engine.asked.clear();

    chat(MeshResource.OTHER_KEY, request(published.model()))
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"))
        .body("error.type", equalTo("invalid_request_error"))
        .body("error.param", equalTo("model"));
    given()
        .auth()
        .oauth2(MeshResource.OTHER_KEY)
        .get("/v1/models/{id}", published.model())
        .then()
        .statusCode(404)
        .body("error.code", equalTo("model_not_found"));
    assertThat(engine.asked).isEmpty();

    chat(MeshResource.KEY, request(published.model())).statusCode(200);
  }

  @Test
  void saysWhatIsWrongWithABody() {
    chat(MeshResource.KEY, "{\"messages\": []}")
        .statusCode(400)
        .body("error.param", equalTo("model"));
    chat(MeshResource.KEY, "{\"model\": 5}").statusCode(400).body("error.param", equalTo("model"));
    chat(MeshResource.KEY, "{\"model\"")
        .statusCode(400)
        .body("error.code", equalTo("invalid_json"));
    chat(MeshResource.KEY, "").statusCode(400).body("error.code", equalTo("invalid_json"));
    chat(MeshResource.KEY, "{\"model\": \"a\", \"model\": \"b\"}")
        .statusCode(400)
        .body("error.message", containsString("Duplicate"));
    chat(MeshResource.KEY, request("x".repeat(2_000_000)))
        .statusCode(413)
        .body("error.code", equalTo("body_too_large"));
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void takesALongBody() {
    String text = "字".repeat(200_000);

    chat(MeshResource.KEY, request(StubEngine.BASE).replace("hello", text)).statusCode(200);
  }

  @Test
  void passesTheEnginesErrorsOnAsTheyAre() {
    engine.answerStatus = 429;

    chat(MeshResource.KEY, request(StubEngine.BASE))
        .statusCode(429)
        .header("Retry-After", "7")
        .header("X-Engine", "stub")
        .body("error.message", equalTo("told to fail"))
        .body("error.code", equalTo("stub_error"))
        .body("error.param", nullValue());
  }

  @Test
  void saysThatTheEngineTookTooLong() {
    engine.hangs = true;

    chat(MeshResource.KEY, request(StubEngine.BASE))
        .statusCode(504)
        .body("error.code", equalTo("engine_timeout"));

    await().atMost(SOON).until(() -> engine.cancelled.get() == 1);
  }

  @Test
  void relaysEachFrameWhenItComes() throws Exception {
    AdapterPublished published = serves("stream");

    HttpResponse<java.io.InputStream> response = stream(published.model());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    try (BufferedReader frames = reader(response)) {
      assertThat(frame(frames)).contains("\"content\":\"\"");
      for (String word : List.of("one", "two", "三")) {
        engine.frame(word);
        // The engine sends the next frame only after this one has arrived.
        assertThat(frame(frames)).contains("\"content\":\"" + word + "\"");
      }
      engine.endStream();
      assertThat(frame(frames)).isEqualTo("data: [DONE]");
      assertThat(frames.readLine()).isEmpty();
      assertThat(frames.readLine()).isNull();
    }
    assertThat(engine.cancelled).hasValue(0);
  }

  @Test
  void tellsAClientThatTheStreamBrokeOff() throws Exception {
    HttpResponse<java.io.InputStream> response = stream(StubEngine.BASE);
    StringBuilder read = new StringBuilder();
    try (BufferedReader frames = reader(response)) {
      frame(frames);

      engine.breakStream();

      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> frames.lines().forEach(read::append)))
          .hasRootCauseInstanceOf(IOException.class);
    }
    assertThat(read.toString()).contains("engine_interrupted").doesNotContain("[DONE]");
  }

  @Test
  void cancelsTheEnginesWorkWhenTheClientGoesAwayWhileItStreams() throws Exception {
    HttpResponse<java.io.InputStream> response = stream(StubEngine.BASE);
    frame(reader(response));

    response.body().close();

    await().atMost(SOON).until(() -> engine.cancelled.get() == 1);
    assertThat(engine.openStreams()).isZero();
  }

  @Test
  void cancelsTheEnginesWorkWhenTheClientGoesAwayBeforeTheAnswer() throws Exception {
    engine.hangs = true;
    byte[] body = request(StubEngine.BASE).getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(chatUrl.getHost(), chatUrl.getPort())) {
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(MeshResource.KEY, body.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      await().atMost(SOON).until(() -> engine.asked.size() == 1);
    }

    await().atMost(Duration.ofSeconds(2)).until(() -> engine.cancelled.get() == 1);
  }

  @Test
  void answersManyStreamsAtOnce() throws Exception {
    var streams =
        IntStream.range(0, 40)
            .mapToObj(i -> http.sendAsync(streaming(StubEngine.BASE), lines()))
            .toList();
    await().atMost(SOON).until(() -> engine.openStreams() == 40);

    IntStream.range(0, 40).forEach(i -> engine.endStream());

    for (var stream : streams) {
      assertThat(stream.get().body().filter(line -> !line.isEmpty()))
          .last()
          .isEqualTo("data: [DONE]");
    }
  }

  private AdapterPublished serves(String suffix) {
    AdapterPublished published = mesh.adapter(suffix, suffix + "-weights");
    mesh.send(published);
    await()
        .atMost(SOON)
        .until(() -> !mesh.events(AdapterServing.class, published.adapterId()).isEmpty());
    return published;
  }

  private HttpResponse<java.io.InputStream> stream(String model) throws Exception {
    return http.send(streaming(model), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static HttpResponse.BodyHandler<java.util.stream.Stream<String>> lines() {
    return HttpResponse.BodyHandlers.ofLines();
  }

  private HttpRequest streaming(String model) {
    String body = request(model).replace("{\"model\"", "{\"stream\": true, \"model\"");
    return HttpRequest.newBuilder(chatUrl)
        .version(HttpClient.Version.HTTP_1_1)
        .header("Authorization", "Bearer " + MeshResource.KEY)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static BufferedReader reader(HttpResponse<java.io.InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static String frame(BufferedReader frames) throws IOException {
    String line = frames.readLine();
    while (line != null && line.isEmpty()) {
      line = frames.readLine();
    }
    return line;
  }

  private static String request(String model) {
    return "{\"model\": \"%s\", \"messages\": %s}".formatted(model, HELLO);
  }

  private static ValidatableResponse chat(String key, String body) {
    return given()
        .auth()
        .oauth2(key)
        .contentType("application/json")
        .body(body)
        .post("/v1/chat/completions")
        .then();
  }
}
