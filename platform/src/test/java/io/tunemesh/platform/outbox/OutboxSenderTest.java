package io.tunemesh.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.db.OwnConnection;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What has gathered while Kafka was away, in an outbox that no relay looks into. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class OutboxSenderTest {

  private static final String TOPIC = Topic.UPLOADS.topicName();
  private static final String LONG = "x".repeat(850_000);

  @Inject OutboxSender sender;
  @Inject OwnConnection database;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String kafka;

  @Test
  void sendsLargeEventsInOrderAndFewOfThemAtOnce() throws Exception {
    String key = "file-" + UUID.randomUUID();
    List<Integer> batches = new ArrayList<>();
    try (Connection connection = gathered(key, 25)) {
      for (int sent = sender.sendBatch(connection); sent > 0; ) {
        batches.add(sent);
        sent = sender.sendBatch(connection);
      }
    }

    assertThat(batches).containsExactly(10, 10, 5);
    assertThat(places(key, 25)).isEqualTo(IntStream.range(0, 25).boxed().toList());
  }

  @Test
  void leavesTheEventsOfAKeyBehindOneThatKafkaRefused() throws Exception {
    RefusingEmitter kafka = new RefusingEmitter("a");
    OutboxSender refused = new OutboxSender(kafka, new SimpleMeterRegistry());
    try (Connection connection = gathered("a", 3)) {
      for (int place = 0; place < 3; place++) {
        add(connection, "b", place);
      }

      assertThatThrownBy(() -> refused.sendBatch(connection)).hasRootCauseMessage("no");

      assertThat(kafka.keys()).containsExactlyInAnyOrder("a", "b", "b", "b");
      assertThat(waiting(connection)).containsExactly("a", "a", "a");
    }
  }

  @Test
  void sendsAnEventOnlyWhenTheOneBeforeItOfItsKeyIsThere() throws Exception {
    RefusingEmitter kafka = new RefusingEmitter(null);
    OutboxSender slow = new OutboxSender(kafka, new SimpleMeterRegistry());
    try (Connection connection = gathered("a", 3)) {
      add(connection, "b", 0);

      assertThat(slow.sendBatch(connection)).isEqualTo(4);

      assertThat(kafka.keys()).containsExactlyInAnyOrder("a", "a", "a", "b");
      assertThat(kafka.crowded()).isEmpty();
      assertThat(waiting(connection)).isEmpty();
    }
  }

  private static List<String> waiting(Connection connection) throws Exception {
    List<String> keys = new ArrayList<>();
    try (var query = connection.prepareStatement("SELECT key FROM outbox ORDER BY seq");
        var row = query.executeQuery()) {
      while (row.next()) {
        keys.add(row.getString(1));
      }
    }
    return keys;
  }

  private Connection gathered(String key, int events) throws Exception {
    Connection connection = database.open("outbox-test");
    try (var create = connection.createStatement()) {
      create.execute("DROP SCHEMA IF EXISTS gathered CASCADE");
      create.execute("CREATE SCHEMA gathered");
      create.execute("CREATE TABLE gathered.outbox (LIKE outbox INCLUDING ALL)");
      create.execute("SET search_path TO gathered");
    }
    for (int i = 0; i < events; i++) {
      add(connection, key, i);
    }
    return connection;
  }

  private static void add(Connection connection, String key, int place) throws Exception {
    UploadRejected data = new UploadRejected(key, "a.csv", "c" + place, LONG, null, null, null);
    Envelope<?> event =
        new Envelope<>(
            UUID.randomUUID().toString(), "/test", Instant.now(), "acme", null, null, data);
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO outbox (topic, key, headers, value) VALUES (?, ?, ?, ?)")) {
      insert.setString(1, TOPIC);
      insert.setString(2, key);
      insert.setString(3, Json.MAPPER.writeValueAsString(CloudEvents.headers(event)));
      insert.setBytes(4, CloudEvents.value(event));
      insert.executeUpdate();
    }
  }

  private List<Integer> places(String key, int events) {
    List<Integer> places = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", kafka, "group.id", key, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      Instant until = Instant.now().plusSeconds(60);
      while (places.size() < events && Instant.now().isBefore(until)) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  if (key.equals(record.key())) {
                    var rejected = (UploadRejected) EventHandler.read(record).data();
                    places.add(Integer.valueOf(rejected.code().substring(1)));
                  }
                });
      }
    }
    return places;
  }
}
