package io.tunemesh.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.local.Events;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replay on a real broker, with the headers that SmallRye's connector writes. */
class DeadLettersTest {

  private static final String ORIGIN = Topic.UPLOADS.topicName();

  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger ROOT = Logger.getLogger("");

  @TempDir static Path folder;

  private static Broker broker;
  private static KafkaProducer<String, byte[]> producer;

  private final List<DeadLetter> told = new ArrayList<>();
  private String dead;

  @BeforeAll
  static void start() throws Exception {
    ROOT.setLevel(Level.WARNING);
    broker = Broker.start(folder, Ports.free(), Ports.free());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    create(ORIGIN);
  }

  @AfterAll
  static void stop() {
    producer.close();
    broker.close();
  }

  @BeforeEach
  void topic() throws Exception {
    dead = Topic.UPLOADS.deadLetterOf("service-" + UUID.randomUUID());
    create(dead);
  }

  @Test
  void sendsAnEventBackAsItWasAndTellsItsCause() throws Exception {
    ProducerRecord<String, byte[]> event = event();
    bury(event, Map.of("topic", ORIGIN, "reason", "no answer", "cause", "the database is away"));

    try (DeadLetters letters = letters()) {
      letters.replay(dead, false, told::add);
    }

    assertThat(told).singleElement().asString().contains("UploadRejected " + event.key());
    assertThat(told.getFirst().cause()).isEqualTo("no answer; the database is away");
    assertThat(back(event.key()))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.value()).isEqualTo(event.value());
              assertThat(record.headers()).containsExactlyElementsOf(event.headers());
            });
  }

  @Test
  void sendsNothingTwiceUnlessAskedFor() throws Exception {
    ProducerRecord<String, byte[]> event = event();
    bury(event, Map.of("topic", ORIGIN, "reason", "no answer"));

    for (boolean all : new boolean[] {false, false, true}) {
      try (DeadLetters letters = letters()) {
        letters.replay(dead, all, told::add);
      }
    }

    assertThat(told).hasSize(2);
    assertThat(back(event.key())).hasSize(2);
  }

  @Test
  void onlyListsWithoutMovingOn() throws Exception {
    ProducerRecord<String, byte[]> event = event();
    bury(event, Map.of("topic", ORIGIN, "reason", "no answer"));

    try (DeadLetters letters = letters()) {
      letters.list(dead, false, told::add);
      letters.list(dead, false, told::add);

      assertThat(letters.waiting()).containsEntry(dead, 1L);
    }

    assertThat(told).hasSize(2);
    assertThat(back(event.key())).isEmpty();
  }

  @Test
  void leavesWhatIsNoEventWhereItLies() throws Exception {
    ProducerRecord<String, byte[]> event = event();
    ProducerRecord<String, byte[]> poison =
        new ProducerRecord<>(ORIGIN, "poison-" + dead, "no json".getBytes(StandardCharsets.UTF_8));
    bury(poison, Map.of("topic", ORIGIN, "reason", "the header ce_type is missing"));
    bury(event, Map.of("topic", ORIGIN, "reason", "no answer"));

    try (DeadLetters letters = letters()) {
      letters.replay(dead, false, told::add);
    }

    assertThat(told).hasSize(2);
    assertThat(told.getFirst().hindrance())
        .hasValueSatisfying(why -> assertThat(why).contains("ce_"));
    assertThat(back(poison.key())).isEmpty();
    assertThat(back(event.key())).hasSize(1);
  }

  @Test
  void findsTheOriginByTheTopicsNameWhereNoHeaderTells() throws Exception {
    ProducerRecord<String, byte[]> event = event();
    bury(event, Map.of());

    try (DeadLetters letters = letters()) {
      letters.replay(dead, false, told::add);
    }

    assertThat(told.getFirst().cause()).isEqualTo("no cause is given");
    assertThat(back(event.key())).hasSize(1);
  }

  @Test
  void leavesAnEventThatNamesAForeignTopic() throws Exception {
    ProducerRecord<String, byte[]> event = event();
    bury(event, Map.of("topic", "payments", "reason", "no answer"));

    try (DeadLetters letters = letters()) {
      letters.replay(dead, false, told::add);
    }

    assertThat(told.getFirst().hindrance()).contains("it does not say which topic it came from");
  }

  private static void create(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static DeadLetters letters() {
    return new DeadLetters(broker.bootstrapServers());
  }

  private static ProducerRecord<String, byte[]> event() {
    String id = "file-" + UUID.randomUUID();
    return Events.record(
        new Envelope<>(
            UUID.randomUUID().toString(),
            "/test",
            Instant.now(),
            "acme",
            null,
            null,
            new UploadRejected(id, "a.xlsx", "unreadable", "no workbook", null, null, null)));
  }

  private void bury(ProducerRecord<String, byte[]> record, Map<String, String> why)
      throws Exception {
    ProducerRecord<String, byte[]> buried =
        new ProducerRecord<>(dead, null, record.key(), record.value(), record.headers());
    why.forEach(
        (name, text) ->
            buried.headers().add("dead-letter-" + name, text.getBytes(StandardCharsets.UTF_8)));
    producer.send(buried).get();
  }

  /** What the origin holds of that key, read by the same means. */
  private static List<ConsumerRecord<String, byte[]>> back(String key) {
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    try (DeadLetters letters = letters()) {
      letters.list(
          ORIGIN,
          true,
          letter -> {
            if (key.equals(letter.record().key())) {
              found.add(letter.record());
            }
          });
    }
    return found;
  }
}
