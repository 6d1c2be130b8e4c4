package io.tunemesh.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.ingest.parse.Leases;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/**
 * What a worker left that was killed is taken up by another, which finds it by its poll; what comes
 * next is shown of one that is woken.
 */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class RecoveryTest {

  @Inject AgroalDataSource database;
  @Inject BlobStore blobs;
  @Inject Leases leases;
  @Inject Event<UploadArrived> arrived;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @Test
  void readsAgainWhatAWorkerLeftWhenItWasKilled() throws Exception {
    String id = left(-1, 0, true);

    UploadParsed parsed =
        (UploadParsed) new Kafka(servers).events(Topic.UPLOADS.topicName(), id, 1).getLast().data();

    assertThat(parsed.rows()).isEqualTo(2);
    assertThat(parsed.records().key()).isEqualTo("uploads/" + id + "/records-2.jsonl");
  }

  @Test
  void rejectsAFileThatTookThreeWorkersDown() throws Exception {
    String id = left(-1, 2, true);
    arrived.fire(new UploadArrived(id));

    UploadRejected rejected =
        (UploadRejected)
            new Kafka(servers).events(Topic.UPLOADS.topicName(), id, 1).getLast().data();

    assertThat(rejected.code()).isEqualTo("crashed");
    assertThat(rejected.reason()).contains("3 times");
  }

  @Test
  void saysSoWhenTheStoredBytesAreGone() throws Exception {
    String id = left(-1, 0, false);
    arrived.fire(new UploadArrived(id));

    UploadRejected rejected =
        (UploadRejected)
            new Kafka(servers).events(Topic.UPLOADS.topicName(), id, 1).getLast().data();

    assertThat(rejected.code()).isEqualTo("content_lost");
  }

  @Test
  void leavesAnUploadToTheWorkerThatHasIt() throws Exception {
    String held = left(3600, 0, true);
    String due = left(-1, 0, true);
    arrived.fire(new UploadArrived(due));

    new Kafka(servers).events(Topic.UPLOADS.topicName(), due, 1);

    assertThat(status(held)).isEqualTo("PARSING/1");
    Upload stale = Upload.received(asked(held), new BlobRef("k", "s", 1L));
    assertThatThrownBy(() -> leases.renew(stale, "another", Duration.ofSeconds(30)))
        .isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> leases.release(stale, Duration.ZERO, false))
        .isInstanceOf(LeaseLost.class);
    assertThat(status(held)).isEqualTo("PARSING/1");
  }

  /** A row as a worker that was killed leaves it, whose lease ends {@code seconds} from now. */
  private String left(int seconds, int crashes, boolean withBytes)
      throws SQLException, IOException {
    String id = Ids.random("file-");
    BlobRef content =
        blobs.put("uploads/" + id + "/content", new ByteArrayInputStream(Books.questions(2)));
    if (!withBytes) {
      blobs.delete(content.key());
    }
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO upload (id, version, tenant, filename, purpose, status, created_at,
                  sha256, bytes, owner, due_at, fence, crashes, faults, purged)
                VALUES (?, 0, 'acme', 'a.xlsx', 'fine-tune', 'PARSING', now(), ?, ?, 'killed',
                  now() + make_interval(secs => ?), 1, ?, 0, false)
                """)) {
      insert.setString(1, id);
      insert.setString(2, content.sha256());
      insert.setLong(3, content.bytes());
      insert.setInt(4, seconds);
      insert.setInt(5, crashes);
      insert.executeUpdate();
    }
    return id;
  }

  private String status(String id) throws SQLException {
    try (var connection = database.getConnection();
        var query = connection.prepareStatement("SELECT status, fence FROM upload WHERE id = ?")) {
      query.setString(1, id);
      try (var row = query.executeQuery()) {
        row.next();
        return row.getString(1) + "/" + row.getInt(2);
      }
    }
  }

  private static NewUpload asked(String id) {
    return new NewUpload(
        id, new io.tunemesh.platform.event.Scope("acme", null), "a.xlsx", "fine-tune", null, null);
  }
}
