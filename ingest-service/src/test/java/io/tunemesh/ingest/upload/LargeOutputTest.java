package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.ingest.testing.Documents;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What a job has written, where a file may have few bytes. */
@QuarkusTest
@TestProfile(LargeOutputTest.SmallFiles.class)
@QuarkusTestResource(MeshResource.class)
class LargeOutputTest {

  private static final byte[] LINES = Documents.utf8("{\"custom_id\": \"c\"}\n".repeat(100));

  /** Files of a kilobyte at most. */
  public static class SmallFiles implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("tunemesh.upload.max-bytes", "1024");
    }
  }

  @Inject BlobStore blobs;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @Test
  void canBeDownloadedHoweverLargeItIsAndIsNotRead() throws IOException {
    Envelope<UploadRequested> output = request("batch_output");

    List<Envelope<?>> events = told(output, 2);

    assertThat(events.getFirst().data()).isInstanceOf(UploadReceived.class);
    assertThat(((UploadRejected) events.getLast().data()).code()).isEqualTo("file_too_large");
    String id = Ids.derived("file-", output.key());
    assertThat(
            as(MeshResource.KEY)
                .get("/v1/files/" + id + "/content")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray())
        .isEqualTo(LINES);
  }

  @Test
  void anyOtherFileIsNotTaken() throws IOException {
    List<Envelope<?>> events = told(request("batch"), 1);

    assertThat(events)
        .singleElement()
        .satisfies(
            event ->
                assertThat(((UploadRejected) event.data()).code()).isEqualTo("file_too_large"));
  }

  private List<Envelope<?>> told(Envelope<UploadRequested> request, int count) {
    Kafka kafka = new Kafka(servers);
    kafka.send(Kafka.record(request));
    return kafka.events(Topic.UPLOADS.topicName(), Ids.derived("file-", request.key()), count);
  }

  private Envelope<UploadRequested> request(String purpose) throws IOException {
    String name = UUID.randomUUID().toString();
    BlobRef blob = blobs.put("incoming/acme/" + name, new ByteArrayInputStream(LINES));
    return new Envelope<>(
        name,
        "/test",
        Instant.now(),
        "acme",
        null,
        null,
        new UploadRequested(name, "out.jsonl", purpose, blob, null, null));
  }
}
