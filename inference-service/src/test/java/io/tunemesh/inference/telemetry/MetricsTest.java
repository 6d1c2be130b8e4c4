package io.tunemesh.inference.telemetry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.alias.AliasClient;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StreamedChat;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class MetricsTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String NO_METRIC = "by \\([^)]*\\)|histogram_quantile|\\[[^]]*\\]";
  private static final Pattern METRIC = Pattern.compile("[a-z]+(_[a-z]+)+");

  @Inject Scenario scenario;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void exposesEveryMetricOfTheDashboard() throws Exception {
    Set<String> wanted = new TreeSet<>();
    JsonNode dashboard = Json.MAPPER.readTree(Path.of("../deploy/grafana/tunemesh.json").toFile());
    for (JsonNode expr : dashboard.findValues("expr")) {
      var names = METRIC.matcher(expr.asText().replaceAll(NO_METRIC, ""));
      while (names.find()) {
        wanted.add(names.group());
      }
    }
    assertThat(wanted).hasSizeGreaterThan(12);
    String model = scenario.serves("metrics").model();
    AliasClient.put("measured", AliasClient.model(model)).statusCode(200);
    AliasClient.post("measured", "shadow", "{\"model\": \"stub-base\", \"share\": 1}")
        .statusCode(200);
    scenario.chat("measured").statusCode(200);
    scenario.chat("no-such-model").statusCode(404);
    stream(model);

    await().atMost(SOON).untilAsserted(() -> assertThat(exposed()).containsAll(wanted));
  }

  @Test
  void measuresAnAnswerByTheModelThatGaveIt() {
    String model = scenario.serves("measure").model();
    engine.usage = new JsonObject().put("prompt_tokens", 7).put("completion_tokens", 5);
    AliasClient.put("measured-alias", AliasClient.model(model)).statusCode(200);

    scenario.chat("measured-alias").statusCode(200);

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              String text = scrape();
              assertThat(text)
                  .containsPattern(
                      "gen_ai_server_request_duration_seconds_count\\{[^}]*gen_ai_response_model=\""
                          + Pattern.quote(model)
                          + "\"[^}]*outcome=\"answered\"[^}]*\\} 1");
              assertThat(text)
                  .containsPattern(
                      "gen_ai_client_token_usage_sum\\{[^}]*gen_ai_response_model=\""
                          + Pattern.quote(model)
                          + "\"[^}]*gen_ai_token_type=\"output\"[^}]*\\} 5.0");
            });
    assertThat(scrape()).doesNotContain("tenant=").doesNotContain("key=\"");
  }

  @Test
  void keepsTheValuesOfALabelBounded() {
    Labels labels = new Labels(2);

    assertThat(labels.of("a")).isEqualTo("a");
    assertThat(labels.of("b")).isEqualTo("b");
    assertThat(labels.of("c")).isEqualTo("other");
    assertThat(labels.of("a")).isEqualTo("a");
  }

  @Test
  void takesTheFirstWordForTheFirstTokenAndNotTheHead() throws Exception {
    String model = scenario.serves("late-word").model();
    engine.opening = StubEngine.ROLE;
    var answer = StreamedChat.asked(chatUrl, Scenario.streamed(model));
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    Thread.sleep(300);

    say();

    answer.get();
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              Matcher sum =
                  Pattern.compile(
                          "gen_ai_server_time_to_first_token_seconds_sum\\{[^}]*"
                              + Pattern.quote(model)
                              + "[^}]*} (\\S+)")
                      .matcher(scrape());
              assertThat(sum.find()).isTrue();
              assertThat(Double.parseDouble(sum.group(1))).isGreaterThanOrEqualTo(0.3);
            });
  }

  private void stream(String model) throws Exception {
    var answer = StreamedChat.asked(chatUrl, Scenario.streamed(model));
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    say();
    answer.get();
  }

  private void say() {
    engine.frame("one");
    engine.raw(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n");
    engine.endStream();
  }

  private static Set<String> exposed() {
    return scrape()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toSet());
  }

  private static String scrape() {
    return given().get("/q/metrics").then().statusCode(200).extract().asString();
  }
}
