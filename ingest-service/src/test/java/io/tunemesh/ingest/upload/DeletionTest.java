package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.Calls.awaitStatus;
import static io.tunemesh.ingest.upload.Calls.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A deletion and a worker that change the same upload. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class DeletionTest {

  @Inject AgroalDataSource database;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @Test
  void deletesAFileThatAWorkerChangesMeanwhile() throws Exception {
    String id = upload(MeshResource.KEY, "a.csv", "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
    awaitStatus(id, "processed");

    try (Connection worker = database.getConnection();
        ExecutorService client = Executors.newSingleThreadExecutor()) {
      worker.setAutoCommit(false);
      worker
          .createStatement()
          .executeUpdate("UPDATE upload SET version = version + 1 WHERE id = '" + id + "'");
      Future<Integer> deleted =
          client.submit(() -> as(MeshResource.KEY).delete("/v1/files/" + id).statusCode());
      await().atMost(Calls.PATIENCE).until(this::somebodyWaitsForALock);
      worker.commit();

      assertThat(deleted.get()).isEqualTo(200);
    }
    assertThat(new Kafka(servers).events(Topic.UPLOADS.topicName(), id, 3).getLast().data())
        .isEqualTo(new UploadDeleted(id, "a.csv"));
  }

  private boolean somebodyWaitsForALock() throws SQLException {
    try (Connection watcher = database.getConnection();
        ResultSet waiting =
            watcher
                .createStatement()
                .executeQuery("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")) {
      return waiting.next();
    }
  }
}
