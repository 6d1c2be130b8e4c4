package io.tunemesh.local.bench;

import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.local.Events;
import io.tunemesh.local.Fault;
import io.tunemesh.local.MeshState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How long an event takes from the commit of its transaction to a consumer, through a service's
 * outbox, its relay and Kafka, at a steady rate; beside it the same events sent to the same broker
 * with nothing between. It writes progress events, which nobody acts on, into ingest-service's
 * outbox.
 */
final class HopBench {

  private static final int RATE = 200;
  private static final int EVENTS = 20 * RATE;

  private final MeshState mesh;

  HopBench(MeshState mesh) {
    this.mesh = mesh;
  }

  void run() throws Exception {
    Samples bare = bare();
    Samples ours = outbox();
    Figure.less(
            "hop", "p50", "ms", ours.percentile(0.50), "bare broker", bare.percentile(0.50), 10.0)
        .print();
    Figure.less(
            "hop", "p99", "ms", ours.percentile(0.99), "bare broker", bare.percentile(0.99), 50.0)
        .print();
  }

  private Samples outbox() throws Exception {
    try (Connection database = DriverManager.getConnection(mesh.database(), "postgres", "")) {
      database.setAutoCommit(false);
      var insert =
          database.prepareStatement(
              "INSERT INTO ingest.outbox (topic, key, headers, value) VALUES (?, ?, ?, ?)");
      return measure(
          event -> {
            insert.setString(1, event.type().topic().topicName());
            insert.setString(2, event.data().subject());
            insert.setString(3, Json.MAPPER.writeValueAsString(CloudEvents.headers(event)));
            insert.setBytes(4, CloudEvents.value(event));
            insert.executeUpdate();
            return database::commit;
          });
    }
  }

  private Samples bare() throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", mesh.kafka(), "acks", "all", "linger.ms", 0),
            new StringSerializer(),
            new ByteArraySerializer())) {
      return measure(
          event -> {
            var record = Events.record(event);
            return () -> producer.send(record);
          });
    }
  }

  /**
   * Sends at the rate and reads on a thread of its own; the clock starts as the prepared event is
   * let go.
   */
  private Samples measure(Sender sender) throws Exception {
    String run = "hop-" + UUID.randomUUID();
    Samples samples = new Samples(EVENTS);
    try (var consumer = consumer()) {
      Thread reader = Thread.ofPlatform().start(() -> read(consumer, run, samples));
      long start = System.nanoTime();
      for (int i = 0; i < EVENTS; i++) {
        long due = start + i * 1_000_000_000L / RATE;
        LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
        Release release = sender.prepare(event(run, i));
        samples.start(i);
        release.go();
      }
      reader.join(30_000);
      if (!samples.complete()) {
        throw new Fault("Not all of " + EVENTS + " events arrived within 30 s.");
      }
    }
    return samples;
  }

  private static void read(KafkaConsumer<String, byte[]> consumer, String run, Samples samples) {
    long until = System.currentTimeMillis() + 120_000;
    while (!samples.complete() && System.currentTimeMillis() < until) {
      consumer
          .poll(Duration.ofMillis(100))
          .forEach(
              record -> {
                if (record.key().startsWith(run)) {
                  samples.end(Integer.parseInt(record.key().substring(run.length() + 1)));
                }
              });
    }
  }

  private KafkaConsumer<String, byte[]> consumer() {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", mesh.kafka()),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Events.partitions(consumer, Stream.of(Topic.TRAINING_PROGRESS.topicName()));
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    return consumer;
  }

  private static Envelope<?> event(String run, int i) {
    return new Envelope<>(
        UUID.randomUUID().toString(),
        "/bench",
        Instant.now(),
        "bench",
        run,
        null,
        TrainingProgressed.at(run + "-" + i, 1, "training", i, EVENTS));
  }

  /** Prepares an event so that only its release is timed. */
  private interface Sender {
    Release prepare(Envelope<?> event) throws Exception;
  }

  private interface Release {
    void go() throws Exception;
  }
}
