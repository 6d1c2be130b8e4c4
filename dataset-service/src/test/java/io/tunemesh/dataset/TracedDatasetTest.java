package io.tunemesh.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With tracing on. */
@QuarkusTest
@TestProfile(TracedDatasetTest.Tracing.class)
@QuarkusTestResource(MeshResource.class)
class TracedDatasetTest {

  @Test
  void goesOnInTheTraceOfTheRequestThatAskedForIt() {
    String body = "{\"run\": \"%s\", \"sources\": [{\"file\": \"later.xlsx\"}]}";

    String trace = "1".repeat(32);
    String span = "2".repeat(16);
    String id =
        Client.key(MeshResource.KEY)
            .header("traceparent", "00-%s-%s-01".formatted(trace, span))
            .contentType("application/json")
            .body(body.formatted(Mesh.newRun()))
            .post("/v1/datasets")
            .then()
            .statusCode(202)
            .extract()
            .path("id");

    Scope scope =
        QuarkusTransaction.requiringNew().call(() -> Dataset.<Dataset>findById(id).scope());
    assertThat(scope.traceparent()).startsWith("00-" + trace).doesNotContain(span);
  }

  /** Tracing as an operator turns it on, for nobody to collect. */
  public static class Tracing implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.otel.sdk.disabled", "false", "quarkus.otel.traces.exporter", "none");
    }
  }
}
