package io.tunemesh.trainer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import io.tunemesh.trainer.testing.Python;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class OpenAiSdkTest {

  @Inject Mesh mesh;

  @TestHTTPResource("/v1")
  URI url;

  @Test
  void theUnmodifiedSdkDrivesAJob() {
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset("ds-sdk", "{}", null)));

    JsonPath found =
        new JsonPath(Python.run("drive_by_sdk.py", url.toString(), MeshResource.KEY, "ds-sdk"));

    assertThat(found.getString("object")).isEqualTo("fine_tuning.job");
    assertThat(found.getString("status")).isEqualTo("succeeded");
    assertThat(found.getString("model")).startsWith("ft:tunemesh-starter:acme:sdk:");
    assertThat(found.getInt("n_epochs")).isEqualTo(2);
    assertThat(found.getList("listed")).containsExactly(found.getString("id"));
    assertThat(found.getList("events")).doesNotHaveDuplicates().hasSizeGreaterThan(12);
    assertThat(found.getList("types")).containsExactly("message", "metrics");
    assertThat(found.getList("checkpoints")).containsExactly(6, 4, 2);
    assertThat(found.getDouble("train_loss")).isEqualTo(0.5);
    assertThat(found.getList("refusals"))
        .containsExactly(
            List.of("BadRequestError", "model_not_found"), List.of("NotFoundError", "not_found"));
  }
}
