package io.tunemesh.local.kill;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Topic;
import io.tunemesh.local.Events;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** All that the topics hold of one run, each event once. */
public final class History {

  private static final List<Topic> FACTS =
      List.of(Topic.UPLOADS, Topic.DATASETS, Topic.TRAINING, Topic.ADAPTERS);

  private final Map<String, Envelope<?>> events = new LinkedHashMap<>();

  private History() {}

  /** Reads the facts of {@code run} from the beginning to the present end. */
  public static History read(String bootstrapServers, String run) {
    History history = new History();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          Events.partitions(consumer, FACTS.stream().map(Topic::topicName));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> left = new HashMap<>(consumer.endOffsets(partitions));
      left.values().removeIf(end -> end == 0);
      while (!left.isEmpty()) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> history.add(record, run));
        left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      }
    }
    return history;
  }

  /** How many different events of {@code type} the run has. */
  public long count(EventType type) {
    return events.values().stream().filter(event -> event.type() == type).count();
  }

  /** The data of the run's events of one type. */
  public <T extends Event> List<T> all(Class<T> type) {
    return events.values().stream()
        .map(Envelope::data)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  private void add(ConsumerRecord<String, byte[]> record, String run) {
    Envelope<?> event = Events.read(record);
    if (run.equals(event.run())) {
      events.putIfAbsent(event.id(), event);
    }
  }
}
