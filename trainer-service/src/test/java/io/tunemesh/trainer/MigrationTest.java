package io.tunemesh.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import jakarta.inject.Inject;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;

/** What an earlier version left in the database is taken over. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class MigrationTest {

  @Inject AgroalDataSource database;

  @Test
  void aJobOfTheFirstSchemaHasTheUsualPriority() throws Exception {
    FluentConfiguration flyway =
        Flyway.configure()
            .dataSource(database)
            .schemas("first_schema")
            .locations("classpath:db/platform", "classpath:db/migration");
    flyway.target("1").load().migrate();
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO first_schema.training_job (id, version, tenant, status, model, training_file,
            dataset_id, spec, created_at, fence, failures, step, steps)
          VALUES ('ftjob-old', 0, 'acme', 'PAUSED', 'base', 'ds-1', 'ds-1', '{}', now(), 3, 0, 0, 0)
          """);
      statement.execute(
          """
          INSERT INTO first_schema.job_event (id, job_id, created_at, level, type, message)
          VALUES ('ftevent-old', 'ftjob-old', now(), 'info', 'message', 'It was paused')
          """);
    }

    flyway.target("latest").load().migrate();

    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                SELECT priority, rerun_of, claims FROM first_schema.training_job
                JOIN first_schema.job_event ON job_id = training_job.id AND job_event.status IS NULL
                CROSS JOIN first_schema.queue_turn
                """)) {
      assertThat(row.next()).isTrue();
      assertThat(row.getInt("priority")).isEqualTo(1);
      assertThat(row.getString("rerun_of")).isNull();
      assertThat(row.getLong("claims")).isZero();
    }
  }
}
