package io.tunemesh.inference.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.alias.AliasClient;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class AccessLogTest {

  private static final Logger LOG = Logger.getLogger("io.tunemesh.access");

  @Inject Scenario scenario;

  private final StubEngine engine = StubEngineResource.engine();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    engine.behave();
    LOG.addHandler(listener);
  }

  @AfterEach
  void stop() {
    LOG.removeHandler(listener);
  }

  @Test
  void writesOneLineForEachTurnAndNeverWhatWasSaid() throws IOException {
    AliasClient.put("logged", AliasClient.model(StubEngine.BASE)).statusCode(200);
    engine.usage = new JsonObject().put("prompt_tokens", 7).put("completion_tokens", 5);

    String answered = scenario.chat("logged").statusCode(200).extract().header("x-request-id");
    String refused =
        scenario
            .chat(MeshResource.OTHER_KEY, Scenario.request("log \\\"forged\\\""))
            .statusCode(404)
            .extract()
            .header("x-request-id");

    JsonNode good = line(answered);
    assertThat(good.path("tenant").asText()).isEqualTo("acme");
    assertThat(good.path("key").asText()).isEqualTo("test");
    assertThat(good.path("model_asked").asText()).isEqualTo("logged");
    assertThat(good.path("model_answered").asText()).isEqualTo(StubEngine.BASE);
    assertThat("http://" + good.path("engine").asText()).isEqualTo(engine.url());
    assertThat(good.path("status").asInt()).isEqualTo(200);
    assertThat(good.path("prompt_tokens").asInt()).isEqualTo(7);
    assertThat(good.path("duration_ms").asDouble()).isPositive();
    JsonNode bad = line(refused);
    assertThat(bad.path("code").asText()).isEqualTo("model_not_found");
    assertThat(bad.has("engine")).isFalse();
    assertThat(bad.path("outcome").asText()).isEqualTo("refused");
    assertThat(lines).noneMatch(text -> text.contains("hello") || text.contains("\n"));
  }

  private JsonNode line(String id) throws IOException {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> lines.stream().anyMatch(text -> text.contains(id)));
    List<String> its = lines.stream().filter(text -> text.contains(id)).toList();
    assertThat(its).hasSize(1);
    return Json.MAPPER.readTree(its.getFirst());
  }
}
