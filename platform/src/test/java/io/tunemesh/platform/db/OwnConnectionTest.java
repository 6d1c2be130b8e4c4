package io.tunemesh.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Whoever falls silent, a node or the database, is noticed by the other. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class OwnConnectionTest {

  @Inject OwnConnection own;
  @Inject AgroalDataSource pool;
  @Inject Flyway migrations;

  @Test
  void theDatabaseGivesUpANodeThatIsLost() throws SQLException {
    try (Connection listening = own.open("test");
        Connection pooled = pool.getConnection();
        Connection migrating = migrations.getConfiguration().getDataSource().getConnection()) {
      for (Connection one : new Connection[] {listening, pooled, migrating}) {
        assertThat(shown(one, "tcp_keepalives_idle")).isEqualTo("10");
        assertThat(shown(one, "tcp_keepalives_interval")).isEqualTo("5");
        assertThat(shown(one, "tcp_keepalives_count")).isEqualTo("3");
        assertThat(shown(one, "tcp_user_timeout")).isEqualTo("20000");
        assertThat(shown(one, "client_connection_check_interval")).isEqualTo("10s");
        assertThat(shown(one, "search_path")).isEqualTo("platform");
      }
    }
  }

  @Test
  void nobodyButAMigrationWaitsForADatabaseThatIsSilentForAMinute() throws SQLException {
    try (Connection listening = own.open("test");
        Connection pooled = pool.getConnection();
        Connection migrating = migrations.getConfiguration().getDataSource().getConnection()) {
      assertThat(listening.getNetworkTimeout()).isEqualTo(60_000);
      assertThat(pooled.getNetworkTimeout()).isEqualTo(60_000);
      assertThat(migrating.getNetworkTimeout()).isZero();
    }
  }

  private static String shown(Connection connection, String setting) throws SQLException {
    try (var show = connection.createStatement();
        var result = show.executeQuery("SHOW " + setting)) {
      result.next();
      return result.getString(1);
    }
  }
}
