package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.PartCalls.complete;
import static io.tunemesh.ingest.upload.PartCalls.create;
import static io.tunemesh.ingest.upload.PartCalls.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tunemesh.contract.Topic;
import io.tunemesh.ingest.testing.Documents;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The end of an upload in parts that breaks off: asked for again, it is as if it never had. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class KilledCompletionTest {

  private static final byte[] CSV = Documents.utf8("text,label\n好,1\n坏,0\nfine,1\n");

  @Inject AgroalDataSource database;
  @Inject BlobStore blobs;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @ConfigProperty(name = "tunemesh.blobs.root")
  Path store;

  @Test
  void losesAndDoublesNothingWhenItIsKilledBetweenTheBytesAndTheCommit() throws Exception {
    String id = create("a.csv", CSV.length);
    List<String> parts =
        List.of(
            send(id, Arrays.copyOf(CSV, 11)), send(id, Arrays.copyOfRange(CSV, 11, CSV.length)));

    Response killed = killed(id, parts);

    assertThat(killed.statusCode()).isGreaterThanOrEqualTo(500);
    assertThat(store.resolve(PartUpload.fileKey(id))).hasBinaryContent(CSV);
    as(MeshResource.KEY).get("/v1/uploads/" + id).then().body("status", equalTo("pending"));
    assertIsOneFile(id, parts);
  }

  @Test
  void replacesTheBytesThatAKilledAttemptLeft() throws Exception {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);
    blobs.put(PartUpload.fileKey(id), new ByteArrayInputStream(Arrays.copyOf(CSV, 7)));

    assertIsOneFile(id, List.of(part));
  }

  private void assertIsOneFile(String id, List<String> parts) {
    String file = complete(id, parts, null).then().statusCode(200).extract().path("file.id");
    assertThat(complete(id, parts, null).<String>path("file.id")).isEqualTo(file);
    assertThat(as(MeshResource.KEY).get("/v1/files/" + file + "/content").asByteArray())
        .isEqualTo(CSV);
    Calls.awaitStatus(file, "processed");
    assertThat(new Kafka(servers).events(Topic.UPLOADS.topicName(), file, 2)).hasSize(2);
  }

  /** Has the database end the transaction that waits to note the file, as it does for the dead. */
  private Response killed(String id, List<String> parts) throws Exception {
    try (var pool = Executors.newSingleThreadExecutor();
        var locking = database.getConnection()) {
      locking.setAutoCommit(false);
      Future<Response> asked;
      try (var lock = locking.createStatement()) {
        lock.execute("LOCK TABLE upload IN SHARE MODE");
        asked = pool.submit(() -> complete(id, parts, null));
        await().atMost(Calls.PATIENCE).until(this::endsOneThatWaits);
      } finally {
        locking.rollback();
        locking.setAutoCommit(true);
      }
      return asked.get();
    }
  }

  private boolean endsOneThatWaits() throws SQLException {
    try (var connection = database.getConnection();
        var ending = connection.createStatement();
        var ended =
            ending.executeQuery(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND query ILIKE 'insert into upload %'
                """)) {
      return ended.next();
    }
  }
}
