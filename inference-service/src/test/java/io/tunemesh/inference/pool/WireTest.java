package io.tunemesh.inference.pool;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reaches the engine and what comes back, byte by byte. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = PoolResource.class, restrictToAnnotatedClass = true)
class WireTest {

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final WireEngine engine = PoolResource.wire();

  @BeforeEach
  void fresh() {
    engine.paths.clear();
    engine.bodies.clear();
    engine.hidesHealth = false;
  }

  @Test
  void givesTheEngineTheBytesThatItWasAsked() {
    String body =
        """
        {"tools": [{"type": "function", "function": {"name": "weather"}}], "tool_choice": "auto",
         "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}},
         "logprobs": true, "top_logprobs": 2, "n": 2, "stop": ["\\u4e00"], "seed": 12345678901234567890,
         "temperature": 0.10, "guided_regex": "[a-z]+", "guided_choice": ["a", "b"], "min_p": 1e-2,
         "model": "wire-base", "messages": [{"role": "user", "content": "hello \uD83D\uDE00"}]}
        """;

    post("/v1/chat/completions", body)
        .statusCode(200)
        .body("choices[0].message.tool_calls[0].function.name", equalTo("weather"));

    assertThat(engine.bodies).singleElement().hasToString(body);
  }

  @Test
  void passesEmbeddingsAndClassesThrough() {
    String embed = "{\"model\": \"wire-base\", \"input\": [\"一\"], \"dimensions\": 2}";
    String classify = "{\"model\": \"wire-base\", \"input\": \"a paper\"}";

    post("/v1/embeddings", embed).statusCode(200).body("data[0].embedding[1]", equalTo(-0.5f));
    post("/v1/classify", classify).statusCode(200).body("data[0].label", equalTo("physics"));

    assertThat(engine.paths).containsExactly("/v1/embeddings", "/classify");
    assertThat(engine.bodies.get(0)).hasToString(embed);
    assertThat(engine.bodies.get(1)).hasToString(classify);
  }

  @Test
  void letsNobodyReachTheEnginesOtherPaths() {
    for (String path :
        new String[] {
          "/v1/load_lora_adapter",
          "/v1/unload_lora_adapter",
          "/v1/score",
          "/v1/responses",
          "/tokenize",
          "/invocations",
          "/pause",
          "/v1/chat/completions/render",
          "/v1/chat/../load_lora_adapter"
        }) {
      post(path, "{\"model\": \"wire-base\", \"lora_name\": \"x\", \"lora_path\": \"/\"}")
          .statusCode(org.hamcrest.Matchers.is(404));
    }
    assertThat(engine.paths).isEmpty();
  }

  @Test
  void listsTheBaseModelsOfAllEngines() {
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .get("/v1/models")
        .then()
        .body("data.id", hasItems(StubEngine.BASE, WireEngine.BASE));
  }

  @Test
  void asksTheEngineForNoMoreThanASlowReaderTakesAndBlamesItForNoPause() throws Exception {
    engine.hidesHealth = true;
    int megabytes = 256;
    JsonObject body =
        new JsonObject(
            "{\"model\": \"wire-base\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"flood "
                + megabytes
                + "\"}]}");
    try (Socket socket = new Socket(chatUrl.getHost(), chatUrl.getPort())) {
      socket.getOutputStream().write(request(body));
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      assertThat(in.read()).isEqualTo('H');

      AtomicLong before = new AtomicLong(-1);
      // Nothing is read until the engine has not been asked for more for longer than it may pause.
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofSeconds(5))
          .until(() -> before.getAndSet(engine.flooded.get()) == engine.flooded.get());
      assertThat(engine.flooded.get()).isLessThan(megabytes);
      engine.hidesHealth = false;

      assertThat(length(in)).isGreaterThan((long) megabytes << 20);
    }
    assertThat(engine.flooded.get()).isEqualTo(megabytes);
  }

  private static ValidatableResponse post(String path, String body) {
    return given()
        .urlEncodingEnabled(false)
        .auth()
        .oauth2(MeshResource.KEY)
        .contentType("application/json")
        .body(body.getBytes(StandardCharsets.UTF_8))
        .post(path)
        .then();
  }

  private static byte[] request(JsonObject body) {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(MeshResource.KEY, bytes.length);
    return (head + new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  private static long length(InputStream in) throws IOException {
    byte[] part = new byte[1 << 16];
    long length = 0;
    for (int read = in.read(part); read >= 0; read = in.read(part)) {
      length += read;
    }
    return length;
  }
}
