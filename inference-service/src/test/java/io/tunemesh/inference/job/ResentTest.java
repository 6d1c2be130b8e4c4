package io.tunemesh.inference.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request that is sent again while the first is still worked on. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ResentTest {

  @Inject RowJobs jobs;
  @Inject AgroalDataSource database;

  private final String file = Ids.random("file-");

  /** Their file nobody tells of. */
  @AfterEach
  void nothingWaits() {
    QuarkusTransaction.requiringNew()
        .run(() -> RowJob.update("times.expires = times.created where inputFile = ?1", file));
  }

  @ParameterizedTest
  @CsvSource({"a key,", ",1"})
  void isOneJob(String key, String tries) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RowJob[] first = new RowJob[1];
      Future<RowJob> second =
          QuarkusTransaction.requiringNew()
              .call(
                  () -> {
                    first[0] = jobs.add(asked(), Resent.of(key, null));
                    RowJob.flush();
                    var late = threads.submit(() -> jobs.add(asked(), Resent.of(key, tries)));
                    await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> somebodyWaits() || late.isDone());
                    return late;
                  });

      assertThat(second.get().id()).isEqualTo(first[0].id());
    }
  }

  private NewJob asked() {
    String spec = "{\"endpoint\": \"/v1/chat/completions\", \"completion_window\": \"1h\"}";
    JobWish wish = new JobWish(file, spec, null, Duration.ofHours(1));
    Scope scope = new Scope("acme", null);
    return new NewJob(Ids.random("batch_"), JobKind.BATCH, scope, file, null, wish);
  }

  private boolean somebodyWaits() throws SQLException {
    try (var connection = database.getConnection();
        var ask =
            connection.prepareStatement("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
        var row = ask.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
