package io.tunemesh.dataset;

import static io.tunemesh.dataset.Mesh.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A client never takes a file of a dataset for whole that the store has no longer whole. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class CutFileTest {

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  @Inject BlobStore blobs;

  @TestHTTPResource URI service;

  @Test
  void breaksOffWhereTheStoreDoes() throws Exception {
    String run = "run-" + UUID.randomUUID();
    DatasetBuilt built;
    try (Mesh mesh = new Mesh(bootstrap)) {
      mesh.send(
          envelope(
              "acme",
              run,
              Workbooks.english(blobs, "file-" + run, "e.xlsx", 200, new Plan(null, null, null))));
      built = mesh.awaitFact(run, DatasetBuilt.class).data();
    }
    BlobRef lines = built.train().lines();
    byte[] whole;
    try (InputStream in = blobs.open(lines)) {
      whole = in.readAllBytes();
    }
    String path = "/v1/datasets/" + built.datasetId() + "/files/train";
    assertThat(get(path).body()).isEqualTo(whole);

    blobs.put(lines.key(), new ByteArrayInputStream(Arrays.copyOf(whole, whole.length * 3 / 4)));

    assertThatThrownBy(() -> get(path))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpTimeoutException.class);
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try {
      return client.send(
          HttpRequest.newBuilder(service.resolve(path))
              .header("Authorization", "Bearer " + MeshResource.KEY)
              .timeout(Duration.ofMinutes(2))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } finally {
      client.shutdownNow();
    }
  }
}
