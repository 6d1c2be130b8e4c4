package io.tunemesh.local;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.local.demo.RunWatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A program that speaks Kafka and nothing else. */
final class EventClient implements AutoCloseable {

  private final String run;
  private final KafkaProducer<String, byte[]> producer;
  private final RunWatch watch;
  private final List<Envelope<?>> seen = new ArrayList<>();

  EventClient(String bootstrapServers, String run) {
    this.run = run;
    this.watch = new RunWatch(bootstrapServers, run);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Sends one event {@code times} times, always under the same id. */
  void send(Event data, int times) {
    Envelope<?> envelope = envelope(data);
    for (int i = 0; i < times; i++) {
      producer.send(Events.record(envelope));
    }
    producer.flush();
  }

  /** Puts one event into a dead-letter topic, as a service does that could not handle it. */
  void bury(Event data, String deadLetterTopic, String reason) {
    ProducerRecord<String, byte[]> record = Events.record(envelope(data));
    ProducerRecord<String, byte[]> buried =
        new ProducerRecord<>(deadLetterTopic, null, record.key(), record.value(), record.headers());
    buried.headers().add("dead-letter-topic", record.topic().getBytes(StandardCharsets.UTF_8));
    buried.headers().add("dead-letter-reason", reason.getBytes(StandardCharsets.UTF_8));
    producer.send(buried);
    producer.flush();
  }

  private Envelope<?> envelope(Event data) {
    return new Envelope<>(
        UUID.randomUUID().toString(), "/test", Instant.now(), "local", run, null, data);
  }

  /**
   * Waits for an event of {@code type}, seen before or still to come, unless the run has failed.
   */
  <T extends Event> T await(Class<T> type, Duration patience) {
    long until = System.currentTimeMillis() + patience.toMillis();
    while (System.currentTimeMillis() < until) {
      for (Envelope<?> event : seen) {
        if (type.isInstance(event.data())) {
          return type.cast(event.data());
        }
        if (hasFailed(event.data())) {
          throw new AssertionError(event.data().toString());
        }
      }
      seen.addAll(watch.next());
    }
    throw new AssertionError(
        "no "
            + type.getSimpleName()
            + " within "
            + patience
            + "; seen: "
            + seen.stream().map(event -> event.data().toString()).toList());
  }

  private static boolean hasFailed(Object event) {
    return event instanceof UploadRejected
        || event instanceof DatasetRejected
        || event instanceof TrainingFailed
        || event instanceof AdapterRefused;
  }

  @Override
  public void close() {
    producer.close();
    watch.close();
  }
}
