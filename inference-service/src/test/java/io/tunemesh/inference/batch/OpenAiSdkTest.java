package io.tunemesh.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class OpenAiSdkTest {

  @Inject Ingest ingest;

  @TestHTTPResource("/v1")
  URI url;

  @BeforeEach
  void wellBehaved() {
    StubEngineResource.engine().behave();
  }

  @Test
  void theUnmodifiedSdkDrivesABatch() throws IOException, InterruptedException {
    String file = ingest.received("in.jsonl", BatchesTest.lines(3));
    Process sdk =
        new ProcessBuilder(
                System.getenv().getOrDefault("TUNEMESH_PYTHON", "../.mesh/venv/bin/python"),
                "src/test/python/batch_by_sdk.py",
                url.toString(),
                MeshResource.KEY,
                file)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader printed = sdk.inputReader()) {
      JsonNode begun = Calls.json(printed.readLine());
      assertThat(begun.path("first_status").asText()).isEqualTo("validating");
      Ingest.Taken output = ingest.takesIn(begun.path("id").asText() + "-output");

      JsonNode found = Calls.json(printed.readLine());

      assertThat(sdk.waitFor()).isZero();
      assertThat(found.path("object").asText()).isEqualTo("batch");
      assertThat(found.path("status").asText()).isEqualTo("completed");
      assertThat(found.path("output").asText()).isEqualTo(output.id());
      assertThat(found.path("errors").isNull()).isTrue();
      assertThat(found.at("/counts/completed").asInt()).isEqualTo(3);
      assertThat(found.at("/metadata/made_by").asText()).isEqualTo("sdk");
      assertThat(found.path("listed").asInt()).isEqualTo(1);
      assertThat(found.path("refusals").toString())
          .isEqualTo("[[\"BadRequestError\",\"invalid_state\"],[\"NotFoundError\",\"not_found\"]]");
    }
  }
}
