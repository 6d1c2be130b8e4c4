package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.Calls.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Bytes that came before it was clear that there is no upload of them. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class StraysTest {

  @Inject BlobStore blobs;
  @Inject Strays strays;
  @Inject AgroalDataSource database;

  @Test
  void keepsNoBytesOfARequestThatIsRefused() throws IOException {
    String key = UUID.randomUUID().toString();
    sent(key, "a.csv").then().statusCode(200);
    List<BlobStore.Stored> before = blobs.list("uploads");

    sent(key, "b.csv").then().statusCode(422);

    assertThat(names(blobs.list("uploads"))).isSubsetOf(names(before));
  }

  private static Response sent(String key, String name) {
    return as(MeshResource.KEY)
        .header("Idempotency-Key", key)
        .multiPart(file("file", name, "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8)))
        .multiPart("purpose", "fine-tune")
        .post("/v1/files");
  }

  /** Without records, which may still come. */
  private static List<String> names(List<BlobStore.Stored> stored) {
    return stored.stream().map(BlobStore.Stored::key).filter(k -> k.endsWith("/content")).toList();
  }

  @Test
  void removesOldBytesThatBelongToNoUpload() throws IOException {
    String id =
        Calls.upload(MeshResource.KEY, "a.csv", "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
    Calls.awaitStatus(id, "processed");
    String stray = "uploads/file-" + UUID.randomUUID() + "/content";
    blobs.put(stray, new ByteArrayInputStream(new byte[] {1}));

    strays.remove(Duration.ofDays(1));
    assertThat(names(blobs.list("uploads"))).contains(stray, "uploads/" + id + "/content");

    strays.remove(Duration.ZERO);
    assertThat(names(blobs.list("uploads")))
        .contains("uploads/" + id + "/content")
        .doesNotContain(stray);
  }

  @Test
  void removesBytesOfADeletedFileThatWereStoredAfterItsPurge() throws Exception {
    String id =
        Calls.upload(MeshResource.KEY, "a.csv", "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
    Calls.awaitStatus(id, "processed");
    as(MeshResource.KEY).delete("/v1/files/" + id).then().statusCode(200);
    await().atMost(Calls.PATIENCE).until(() -> isPurged(id));
    String late = "uploads/" + id + "/records-1.jsonl";
    blobs.put(late, new ByteArrayInputStream(new byte[] {1}));

    strays.remove(Duration.ZERO);

    assertThat(blobs.list("uploads")).extracting("key").doesNotContain(late);
  }

  private boolean isPurged(String id) throws SQLException {
    try (Connection connection = database.getConnection();
        ResultSet purged =
            connection
                .createStatement()
                .executeQuery("SELECT 1 FROM upload WHERE purged AND id = '" + id + "'")) {
      return purged.next();
    }
  }

  @Test
  void removesNothingFromAStoreThatBelongsToAnotherDatabase() throws IOException {
    strays.remove(Duration.ofDays(1));
    byte[] own;
    try (InputStream in = blobs.open(new BlobRef(Strays.OWNER, null, null))) {
      own = in.readAllBytes();
    }
    String theirs = "uploads/file-" + UUID.randomUUID() + "/content";
    blobs.put(theirs, new ByteArrayInputStream(new byte[] {1}));
    blobs.put(Strays.OWNER, new ByteArrayInputStream(new byte[] {'x'}));

    try {
      strays.remove(Duration.ZERO);

      assertThat(names(blobs.list("uploads"))).contains(theirs);
    } finally {
      blobs.put(Strays.OWNER, new ByteArrayInputStream(own));
      blobs.delete(theirs);
    }
  }
}
