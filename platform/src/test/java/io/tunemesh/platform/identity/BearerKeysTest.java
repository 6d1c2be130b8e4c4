package io.tunemesh.platform.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.ValidatableResponse;
import io.tunemesh.platform.blob.Digests;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that lets in whose key is in a file, which is there or not. */
class BearerKeysTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private Path file;
  private BearerKeys keys;
  private int port;

  @BeforeEach
  void serve() {
    file = folder.resolve("keys.json");
    keys = new BearerKeys(file);
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context ->
                keys.authenticate(context, null)
                    .subscribe()
                    .with(
                        identity -> context.end(Caller.of(identity)),
                        refused -> keys.sendChallenge(context)));
    HttpServer server = vertx.createHttpServer().requestHandler(router);
    port = server.listen(0).toCompletionStage().toCompletableFuture().join().actualPort();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void asksToComeAgainAsLongAsNoKeysWereRead() throws IOException {
    ask("one")
        .statusCode(503)
        .header("Retry-After", "5")
        .body("error.code", equalTo("keys_unread"))
        .body("error.type", equalTo("server_error"));
    assertThat(ready()).isEqualTo(HealthCheckResponse.Status.DOWN);

    write("acme", "one");

    await().atMost(PATIENCE).until(() -> ready() == HealthCheckResponse.Status.UP);
    ask("one").statusCode(200);
    ask("two").statusCode(401).body("error.code", equalTo("invalid_api_key"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "null", "", "{\"keys\": [null]}", "{\"keys\": [{\"tenant\": \"a b\"}]}"})
  void keepsTheKeysInForceThatWereReadBeforeAFileThatIsNone(String none) throws Exception {
    write("acme", "one");
    ask("one").statusCode(200);

    Files.writeString(file, none);
    Thread.sleep(1100); // until the file is looked at again

    ask("one").statusCode(200);
    assertThat(ready()).isEqualTo(HealthCheckResponse.Status.UP);
    write("acme", "two");
    await().atMost(PATIENCE).untilAsserted(() -> ask("two").statusCode(200));
    ask("one").statusCode(401);
  }

  @Test
  void namesTheKeyWhoseTenantIsNoPartOfAKeyOfABlob() throws IOException {
    write("研发部", "one");

    ask("one").statusCode(503);
    assertThat(keys.fault().orElseThrow()).contains("key-of-研发部").contains("A-Z a-z 0-9 . _ -");
  }

  @Test
  void leavesOutAKeyWhoseTenantIsNoneAndTakesTheOthers() throws IOException {
    Files.writeString(
        file, "{\"keys\": [%s, %s]}".formatted(entry("acme", "one"), entry("研发部", "two")));

    ask("one").statusCode(200);
    ask("two").statusCode(401);
    HealthCheckResponse readiness = new KeysReadiness(keys).call();
    assertThat(readiness.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(readiness.getData().orElseThrow().get("fault").toString())
        .contains("key-of-研发部")
        .doesNotContain("key-of-acme");
  }

  private ValidatableResponse ask(String key) {
    return given().port(port).header("Authorization", "Bearer " + key).get("/v1/any").then();
  }

  private HealthCheckResponse.Status ready() {
    return new KeysReadiness(keys).call().getStatus();
  }

  private void write(String tenant, String key) throws IOException {
    Files.writeString(file, "{\"keys\": [%s]}".formatted(entry(tenant, key)));
  }

  private static String entry(String tenant, String key) {
    return """
        {"sha256": "%s", "tenant": "%s", "role": "user", "name": "key-of-%2$s"}
        """
        .formatted(Digests.sha256(key.getBytes(StandardCharsets.UTF_8)), tenant);
  }
}
