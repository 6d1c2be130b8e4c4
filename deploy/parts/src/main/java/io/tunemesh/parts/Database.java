package io.tunemesh.parts;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** PostgreSQL as it is, from the zonky binaries, on loopback. */
public final class Database implements Closeable {

  private static final String NAME = "tunemesh";

  private final EmbeddedPostgres postgres;

  private Database(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Starts a database whose data lie in {@code folder} and stay there, with the server unpacked in
   * the system's folder for temporary files, where the next start of any program finds it.
   *
   * @param durable false trades safety against a power cut for speed, for tests
   */
  public static Database start(Path folder, int port, boolean durable) throws IOException {
    return start(folder, null, port, durable);
  }

  /**
   * The same, with the server unpacked in {@code binaries}, which nobody else can write or sweep.
   */
  public static Database start(Path folder, Path binaries, int port, boolean durable)
      throws IOException {
    Files.createDirectories(folder);
    String sync = durable ? "on" : "off";
    EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder)
            .setCleanDataDirectory(false)
            .setOverrideWorkingDirectory(
                binaries == null ? null : Files.createDirectories(binaries).toFile())
            .setPort(port)
            .setServerConfig("fsync", sync)
            .setServerConfig("synchronous_commit", sync)
            .setServerConfig("full_page_writes", sync)
            .setServerConfig("max_connections", "200")
            .setServerConfig("shared_buffers", "64MB")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setPGStartupWait(Duration.ofSeconds(60))
            .start();
    Database database = new Database(postgres);
    database.createOnce();
    return database;
  }

  /** The URL for JDBC; its user is {@link #user()} and needs no password on loopback. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + NAME;
  }

  public String user() {
    return "postgres";
  }

  /** Whether the server answers. */
  public boolean answers() {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }

  private void createOnce() throws IOException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        var found =
            statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")) {
      if (!found.next()) {
        statement.execute("CREATE DATABASE " + NAME);
      }
    } catch (SQLException e) {
      throw new IOException("PostgreSQL is up but takes no statement", e);
    }
  }
}
