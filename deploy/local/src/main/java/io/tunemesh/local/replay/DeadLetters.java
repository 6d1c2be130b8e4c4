package io.tunemesh.local.replay;

import io.tunemesh.local.Events;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The dead-letter topics of a broker and the way back out of them. How far each was replayed is
 * kept as a consumer group's offset, noted after a record is stored where it came from: whatever
 * breaks in between, a record goes back once or more, never not at all.
 */
final class DeadLetters implements AutoCloseable {

  private static final String GROUP = "mesh-replay";

  private final KafkaConsumer<String, byte[]> consumer;
  private final String bootstrapServers;

  DeadLetters(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                GROUP,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Every dead-letter topic, with the number of records that were not replayed yet. */
  Map<String, Long> waiting() {
    Map<String, Long> waiting = new TreeMap<>();
    for (String topic : consumer.listTopics().keySet()) {
      if (topic.startsWith("tunemesh.") && topic.endsWith(".dlq")) {
        Map<TopicPartition, Long> ends = assign(topic, false);
        long count = 0;
        for (var end : ends.entrySet()) {
          count += end.getValue() - consumer.position(end.getKey());
        }
        waiting.put(topic, count);
      }
    }
    return waiting;
  }

  /**
   * Reads the records that lie in {@code topic} now and were not replayed yet, oldest first.
   *
   * @param all those that were replayed before as well
   */
  void list(String topic, boolean all, Consumer<DeadLetter> shown) {
    read(topic, all, record -> shown.accept(DeadLetter.of(record)));
  }

  /**
   * Sends the same records back to where they came from, one after the other. One that cannot go
   * back is passed over and stays where it lies.
   *
   * @param told hears of each record after it is stored there, or was passed over
   */
  void replay(String topic, boolean all, Consumer<DeadLetter> told) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers, "acks", "all", "enable.idempotence", true),
            new StringSerializer(),
            new ByteArraySerializer())) {
      read(
          topic,
          all,
          record -> {
            DeadLetter letter = DeadLetter.of(record);
            if (letter.hindrance().isEmpty()) {
              store(producer, letter);
            }
            consumer.commitSync(
                Map.of(
                    new TopicPartition(record.topic(), record.partition()),
                    new OffsetAndMetadata(record.offset() + 1)));
            told.accept(letter);
          });
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private static void store(KafkaProducer<String, byte[]> producer, DeadLetter letter) {
    try {
      producer.send(letter.asItWas()).get();
    } catch (ExecutionException e) {
      throw new KafkaException("not sent back: " + letter, e.getCause());
    } catch (InterruptedException e) {
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  /** Reads to the end as it is now, so that what comes back meanwhile is left for the next time. */
  private void read(String topic, boolean all, Consumer<ConsumerRecord<String, byte[]>> each) {
    Map<TopicPartition, Long> left = new HashMap<>(assign(topic, all));
    left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    while (!left.isEmpty()) {
      for (var record : consumer.poll(Duration.ofMillis(200))) {
        Long end = left.get(new TopicPartition(record.topic(), record.partition()));
        if (end != null && record.offset() < end) {
          each.accept(record);
        }
      }
      left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    }
  }

  private Map<TopicPartition, Long> assign(String topic, boolean all) {
    List<TopicPartition> partitions = Events.partitions(consumer, Stream.of(topic));
    consumer.unsubscribe();
    consumer.assign(partitions);
    if (all) {
      consumer.seekToBeginning(partitions);
    }
    return consumer.endOffsets(partitions);
  }
}
