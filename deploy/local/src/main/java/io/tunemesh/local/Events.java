package io.tunemesh.local;

import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Events as a plain Kafka client has them. */
public final class Events {

  private Events() {}

  /** Reads a record, or throws {@code MalformedEvent}. */
  public static Envelope<?> read(ConsumerRecord<String, byte[]> record) {
    return CloudEvents.read(
        name -> {
          var header = record.headers().lastHeader(name);
          return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        },
        record.value());
  }

  /** All partitions of those topics. */
  public static List<TopicPartition> partitions(Consumer<?, ?> consumer, Stream<String> topics) {
    return topics
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  /** The record of an event, for the topic that it belongs to. */
  public static ProducerRecord<String, byte[]> record(Envelope<?> event) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            event.type().topic().topicName(), event.data().subject(), CloudEvents.value(event));
    CloudEvents.headers(event)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }
}
