package io.tunemesh.platform.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.app.Uploads;
import io.tunemesh.platform.outbox.EventTooLarge;
import io.tunemesh.platform.outbox.Outbox;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Outbox, relay, inbox and dead letters on real Kafka and PostgreSQL. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class EventsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Inject Outbox outbox;
  @Inject AgroalDataSource database;
  @Inject Inbox inbox;
  @Inject EventHandler handler;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String kafka;

  @Test
  void sendsWhatIsCommittedInOrderAndNothingElse() {
    String key = unique();
    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .run(
                        () -> {
                          outbox.publish(new Scope("acme", null), rejected(key + "-undone"));
                          throw new IllegalStateException("undone");
                        }))
        .hasMessage("undone");
    for (int i = 0; i < 300; i++) {
      String code = "c" + i;
      QuarkusTransaction.requiringNew()
          .run(() -> outbox.publish(new Scope("acme", "run-1"), rejected(key, code)));
    }

    List<ConsumerRecord<String, byte[]>> found = read(Topic.UPLOADS.topicName(), key, 300);

    assertThat(found)
        .extracting(record -> ((UploadRejected) EventHandler.read(record).data()).code())
        .containsExactlyElementsOf(IntStream.range(0, 300).mapToObj(i -> "c" + i).toList());
    assertThat(EventHandler.read(found.getFirst()).run()).isEqualTo("run-1");
    assertThat(Uploads.TAKEN).doesNotContain(key + "-undone@acme");
  }

  @Test
  void refusesToPublishOutsideATransaction() {
    assertThatThrownBy(() -> outbox.publish(new Scope("acme", null), rejected(unique())))
        .hasMessageContaining("ransaction");
  }

  @Test
  void refusesAnEventThatKafkaWouldNotTake() {
    String key = unique();
    String after = unique();

    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .run(
                        () ->
                            outbox.publish(
                                new Scope("acme", null), rejected(key, "x".repeat(1_000_000)))))
        .isInstanceOf(EventTooLarge.class);
    QuarkusTransaction.requiringNew()
        .run(() -> outbox.publish(new Scope("acme", null), rejected(after)));

    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(after + "@acme"));
    assertThat(Uploads.TAKEN).doesNotContain(key + "@acme");
  }

  @Test
  void takesTheSameIdFromTwoTenantsForTwoEvents() {
    String key = unique();
    String id = UUID.randomUUID().toString();

    try (var producer = producer()) {
      for (String tenant : List.of("acme", "globex", "acme")) {
        producer.send(
            record(new Envelope<>(id, "/test", Instant.now(), tenant, null, null, rejected(key))));
      }
    }

    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(key + "@globex"));
    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(key + "@acme"));
    assertThat(Collections.frequency(Uploads.TAKEN, key + "@acme")).isEqualTo(1);
  }

  @Test
  void goesOnWhenTheRelaysConnectionIsCut() throws SQLException {
    String key = unique();
    try (var connection = database.getConnection();
        var cut = connection.createStatement()) {
      cut.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'outbox-relay'");
    }
    QuarkusTransaction.requiringNew()
        .run(() -> outbox.publish(new Scope("acme", null), rejected(key)));

    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(key + "@acme"));
  }

  @Test
  void hasTheEffectOfARepeatedEventOnce() {
    String key = unique();
    Envelope<?> event = envelope(key);
    String after = unique();

    try (var producer = producer()) {
      for (int i = 0; i < 5; i++) {
        producer.send(record(event));
      }
      producer.send(record(envelope(after)));
    }

    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(after + "@acme"));
    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(key + "@acme"));
    assertThat(Collections.frequency(Uploads.TAKEN, key + "@acme")).isEqualTo(1);
  }

  @Test
  void forgetsOnlyEventsOlderThanAnyTopicKeeps() throws SQLException {
    String old = unique();
    String recent = unique();
    try (var connection = database.getConnection();
        var insert = connection.createStatement()) {
      insert.execute(
          "INSERT INTO inbox VALUES ('%s', now() - interval '31 days'), ('%s', now())"
              .formatted(old, recent));
      Inbox.forgetOld(connection);
    }

    assertThat(inbox.has(old)).isFalse();
    assertThat(inbox.has(recent)).isTrue();
  }

  @Test
  void triesAFaultAgainUntilItHasPassed() {
    String key = unique();
    Uploads.failNext = 2;

    try (var producer = producer()) {
      producer.send(record(envelope(key)));
    }

    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(key + "@acme"));
    assertThat(Collections.frequency(Uploads.TAKEN, key + "@acme")).isEqualTo(1);
  }

  @Test
  void triesAnEffectThatWouldTellTooMuchOnce() {
    String key = unique();
    ProducerRecord<String, byte[]> sent = record(envelope(key));
    ConsumerRecord<String, byte[]> taken =
        new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
    sent.headers().forEach(header -> taken.headers().add(header));
    AtomicInteger tries = new AtomicInteger();

    assertThatThrownBy(
            () ->
                handler.once(
                    taken,
                    event -> {
                      tries.incrementAndGet();
                      outbox.publish(Scope.of(event), rejected(key, "x".repeat(1_000_000)));
                    }))
        .isInstanceOf(EventTooLarge.class);

    assertThat(tries).hasValue(1);
  }

  @Test
  void putsPoisonIntoTheDeadLetterTopicWithItsCauseAndGoesOn() {
    String poison = unique();
    String after = unique();
    ProducerRecord<String, byte[]> broken = record(envelope(poison));
    broken.headers().remove("ce_tenant");
    ProducerRecord<String, byte[]> garbage =
        new ProducerRecord<>(
            Topic.UPLOADS.topicName(), poison, "no json".getBytes(StandardCharsets.UTF_8));

    try (var producer = producer()) {
      producer.send(broken);
      producer.send(garbage);
      producer.send(record(envelope(after)));
    }

    var dead = read(Topic.UPLOADS.deadLetterOf("platform-test"), poison, 2);
    assertThat(dead)
        .extracting(record -> header(record, "dead-letter-reason"))
        .containsExactlyInAnyOrder(
            "the header ce_tenant is missing", "the header ce_type is missing");
    await().atMost(PATIENCE).until(() -> Uploads.TAKEN.contains(after + "@acme"));
  }

  @Test
  void putsWhatNoDatabaseCouldHoldIntoTheDeadLetterTopicAtOnce() {
    String key = unique();
    UploadRejected nul = new UploadRejected(key, "a.xlsx", "c", "a \0 in it", null, null, null);

    try (var producer = producer()) {
      producer.send(
          record(new Envelope<>(unique(), "/test", Instant.now(), "acme", null, null, nul)));
    }

    var dead = read(Topic.UPLOADS.deadLetterOf("platform-test"), key, 1);
    assertThat(header(dead.getFirst(), "dead-letter-reason")).contains("cannot be stored", "0x00");
  }

  private List<ConsumerRecord<String, byte[]>> read(String topic, String key, int count) {
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", kafka, "group.id", unique(), "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      long until = System.currentTimeMillis() + PATIENCE.toMillis();
      while (found.size() < count && System.currentTimeMillis() < until) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  if (key.equals(record.key())) {
                    found.add(record);
                  }
                });
      }
    }
    assertThat(found).hasSize(count);
    return found;
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka), new StringSerializer(), new ByteArraySerializer());
  }

  private static ProducerRecord<String, byte[]> record(Envelope<?> event) {
    var record =
        new ProducerRecord<>(
            event.type().topic().topicName(), event.data().subject(), CloudEvents.value(event));
    CloudEvents.headers(event)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static Envelope<UploadRejected> envelope(String key) {
    return new Envelope<>(
        UUID.randomUUID().toString(), "/test", Instant.now(), "acme", null, null, rejected(key));
  }

  private static UploadRejected rejected(String key) {
    return rejected(key, "unreadable");
  }

  private static UploadRejected rejected(String key, String code) {
    return new UploadRejected(key, "a.xlsx", code, "no workbook", null, null, null);
  }

  private static String unique() {
    return "file-" + UUID.randomUUID();
  }
}
