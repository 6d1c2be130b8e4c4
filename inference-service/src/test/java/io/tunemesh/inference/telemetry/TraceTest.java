package io.tunemesh.inference.telemetry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.alias.AliasChanged;
import io.tunemesh.contract.alias.AliasRequested;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.inference.alias.AliasClient;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With tracing on and an OTLP receiver of our own. */
@QuarkusTest
@TestProfile(TraceTest.Tracing.class)
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class TraceTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject SpanCollector spans;

  private final StubEngine engine = StubEngineResource.engine();
  private final String trace = UUID.randomUUID().toString().replace("-", "");
  private final String caller = "00f067aa0ba902b7";
  private final String traceparent = "00-" + trace + "-" + caller + "-01";

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void goesOnFromTheClientThroughTheGatewayToTheEngine() {
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .header("traceparent", traceparent)
        .contentType("application/json")
        .body(Scenario.request(StubEngine.BASE))
        .post("/v1/chat/completions")
        .then()
        .statusCode(200);

    SpanData server = awaitSpan(SpanKind.SERVER);
    assertThat(server.getParentSpanId()).isEqualTo(caller);
    SpanData client = awaitSpan(SpanKind.CLIENT);
    assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(engine.traceparents)
        .containsExactly("00-" + trace + "-" + client.getSpanId() + "-01");
  }

  @Test
  void goesOnFromHttpIntoTheEventThatItCauses() {
    String id =
        given()
            .auth()
            .oauth2(MeshResource.KEY)
            .header("traceparent", traceparent)
            .contentType("application/json")
            .body(AliasClient.model(StubEngine.BASE))
            .put("/v1/aliases/traced")
            .then()
            .statusCode(200)
            .extract()
            .path("id");

    SpanData send = awaitSpan(SpanKind.PRODUCER);
    assertThat(send.getParentSpanId()).isEqualTo(awaitSpan(SpanKind.SERVER).getSpanId());
    assertThat(send.getName()).isEqualTo("send tunemesh.aliases");
    await().atMost(SOON).until(() -> !mesh.events(AliasChanged.class, id).isEmpty());
    assertThat(mesh.events(AliasChanged.class, id).getFirst().traceparent())
        .isEqualTo("00-" + trace + "-" + send.getSpanId() + "-01");
  }

  @Test
  void goesOnFromAnEventThroughItsConsumerIntoTheNextEvent() {
    mesh.sendTraced(
        traceparent,
        new AliasRequested(
            "req-" + trace,
            "traced-by-event",
            "promote",
            List.of(new AliasTarget(StubEngine.BASE, 1)),
            null));

    SpanData process = awaitSpan(SpanKind.CONSUMER);
    assertThat(process.getParentSpanId()).isEqualTo(caller);
    assertThat(process.getName()).isEqualTo("process tunemesh.alias-requests");
    SpanData send = awaitSpan(SpanKind.PRODUCER);
    assertThat(send.getParentSpanId()).isEqualTo(process.getSpanId());
    // What was collected here also went over the wire, by OTLP.
    await().atMost(SOON).until(() -> Receiver.got(trace, "process tunemesh.alias-requests"));
  }

  @Test
  void goesOnFromAnEventToTheEngineThatIsAsked() throws Exception {
    var question = Json.MAPPER.readValue(Scenario.request(StubEngine.BASE), ObjectNode.class);

    mesh.sendTraced(traceparent, new InferenceRequested("req-" + trace, question));

    await().atMost(SOON).until(() -> !engine.traceparents.isEmpty());
    assertThat(engine.traceparents).containsExactly(traceparent);
  }

  private SpanData awaitSpan(SpanKind kind) {
    await()
        .atMost(SOON)
        .until(() -> spans.ofTrace(trace).stream().anyMatch(span -> span.getKind() == kind));
    List<SpanData> found =
        spans.ofTrace(trace).stream().filter(span -> span.getKind() == kind).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  /** Tracing as an operator turns it on. */
  public static class Tracing implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.otel.sdk.disabled",
          "false",
          "quarkus.otel.bsp.schedule.delay",
          "100ms",
          "quarkus.otel.exporter.otlp.protocol",
          "http/protobuf");
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(Receiver.class));
    }
  }

  /** Takes OTLP over HTTP; text and ids stand in protobuf as they are. */
  public static class Receiver implements QuarkusTestResourceLifecycleManager {

    private static final List<String> BODIES = new CopyOnWriteArrayList<>();

    private HttpServer server;

    static boolean got(String trace, String span) {
      String id = new String(HexFormat.of().parseHex(trace), StandardCharsets.ISO_8859_1);
      return BODIES.stream().anyMatch(body -> body.contains(id) && body.contains(span));
    }

    @Override
    public Map<String, String> start() {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      server.createContext(
          "/v1/traces",
          exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            BODIES.add(new String(body, StandardCharsets.ISO_8859_1));
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
      return Map.of(
          "quarkus.otel.exporter.otlp.endpoint",
          "http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void stop() {
      server.stop(0);
    }
  }
}
