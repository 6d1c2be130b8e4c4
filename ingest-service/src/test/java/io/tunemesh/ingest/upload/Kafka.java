package io.tunemesh.ingest.upload;

import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.platform.event.EventHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A plain Kafka client, as one who knows the contracts only would write it. */
final class Kafka {

  private final String servers;

  Kafka(String servers) {
    this.servers = servers;
  }

  void send(ProducerRecord<String, byte[]> record) {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(record);
    }
  }

  /**
   * All records of {@code topic} from its start, at least until {@code enough} of them is there.
   */
  List<ConsumerRecord<String, byte[]>> read(
      String topic, Predicate<List<ConsumerRecord<String, byte[]>>> enough) {
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                servers,
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      long until = System.nanoTime() + Calls.PATIENCE.toNanos();
      while (!enough.test(found) && System.nanoTime() < until) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
    }
    return found;
  }

  /** The events about {@code key} in {@code topic}, once there are {@code count}. */
  List<Envelope<?>> events(String topic, String key, int count) {
    return read(topic, found -> of(key, found).size() >= count).stream()
        .filter(record -> key.equals(record.key()))
        .<Envelope<?>>map(EventHandler::read)
        .toList();
  }

  static ProducerRecord<String, byte[]> record(Envelope<?> event) {
    var record =
        new ProducerRecord<>(
            event.type().topic().topicName(), event.data().subject(), CloudEvents.value(event));
    CloudEvents.headers(event)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  private static List<ConsumerRecord<String, byte[]>> of(
      String key, List<ConsumerRecord<String, byte[]>> found) {
    return found.stream().filter(record -> key.equals(record.key())).toList();
  }
}
