package io.tunemesh.platform.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Database;
import io.tunemesh.parts.ObjectStore;
import io.tunemesh.parts.Ports;
import io.tunemesh.parts.Scratch;
import io.tunemesh.platform.blob.Digests;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * Real Kafka, PostgreSQL and S3 for a service's tests, fresh for each run: containers where Docker
 * answers, else the same servers started as they are. Also keys of two tenants, {@link #KEY} and
 * {@link #OTHER_KEY}.
 */
public class MeshResource implements QuarkusTestResourceLifecycleManager {

  /** A key of the tenant {@code acme}. */
  public static final String KEY = "tm-test-key-of-acme";

  /** A key of the tenant {@code globex}. */
  public static final String OTHER_KEY = "tm-test-key-of-globex";

  /** Another key of {@code acme}, named {@code reader}, that is no admin's. */
  public static final String USER_KEY = "tm-test-key-of-a-user";

  /** A key of the tenant {@code house} that may set the quotas of all. */
  public static final String OPERATOR_KEY = "tm-test-key-of-the-operator";

  private final Deque<Closeable> started = new ArrayDeque<>();

  @Override
  public Map<String, String> start() {
    try {
      Scratch scratch = Scratch.named("tunemesh-test");
      started.push(scratch);
      Path folder = scratch.folder();
      Map<String, String> config = new HashMap<>();
      if (DockerClientFactory.instance().isDockerAvailable()) {
        containers(config);
      } else {
        processes(folder, config);
      }
      objectStore(folder, config);
      config.put("tunemesh.keys.file", keys(folder).toString());
      config.put("tunemesh.blobs.root", folder.resolve("blobs").toString());
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void containers(Map<String, String> config) {
    KafkaContainer kafka = new KafkaContainer("apache/kafka-native:4.1.1");
    kafka.start();
    started.push(kafka::stop);
    PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18");
    postgres.start();
    started.push(postgres::stop);
    config.put("kafka.bootstrap.servers", kafka.getBootstrapServers());
    config.put("quarkus.datasource.jdbc.url", postgres.getJdbcUrl());
    config.put("quarkus.datasource.username", postgres.getUsername());
    config.put("quarkus.datasource.password", postgres.getPassword());
  }

  private void processes(Path folder, Map<String, String> config) throws IOException {
    Broker broker = Broker.start(folder.resolve("kafka"), Ports.free(), Ports.free());
    started.push(broker);
    Database database = Database.start(folder.resolve("postgres"), Ports.free(), false);
    started.push(database);
    config.put("kafka.bootstrap.servers", broker.bootstrapServers());
    config.put("quarkus.datasource.jdbc.url", database.url());
    config.put("quarkus.datasource.username", database.user());
  }

  private void objectStore(Path folder, Map<String, String> config) throws IOException {
    ObjectStore objects =
        ObjectStore.start(Files.createDirectories(folder.resolve("s3")), "tunemesh");
    started.push(objects);
    System.setProperty("aws.accessKeyId", ObjectStore.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", ObjectStore.SECRET_KEY);
    config.put("tunemesh.blobs.s3.endpoint", objects.endpoint().toString());
    config.put("tunemesh.blobs.s3.path-style", "true");
  }

  private static Path keys(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("keys.json"),
        """
        {"keys": [
          {"sha256": "%s", "tenant": "acme", "role": "admin", "name": "test"},
          {"sha256": "%s", "tenant": "globex", "role": "admin", "name": "other"},
          {"sha256": "%s", "tenant": "acme", "role": "user", "name": "reader"},
          {"sha256": "%s", "tenant": "house", "role": "operator", "name": "operator"}
        ]}
        """
            .formatted(digest(KEY), digest(OTHER_KEY), digest(USER_KEY), digest(OPERATOR_KEY)));
  }

  private static String digest(String key) {
    return Digests.sha256(key.getBytes(StandardCharsets.UTF_8));
  }
}
