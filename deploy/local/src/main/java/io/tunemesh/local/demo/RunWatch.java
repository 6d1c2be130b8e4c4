package io.tunemesh.local.demo;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.Topic;
import io.tunemesh.local.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the mesh's own events of one run, from now on, as any other program could. */
public final class RunWatch implements AutoCloseable {

  private static final List<Topic> FACTS =
      List.of(
          Topic.UPLOADS,
          Topic.DATASETS,
          Topic.TRAINING,
          Topic.TRAINING_PROGRESS,
          Topic.ADAPTERS,
          Topic.COMPLETIONS);

  private final KafkaConsumer<String, byte[]> consumer;
  private final String run;

  /** Watches {@code run}; null watches all runs. */
  public RunWatch(String bootstrapServers, String run) {
    this.run = run;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Events.partitions(consumer, FACTS.stream().map(Topic::topicName));
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** The run's events of the next moment; none is an answer too. */
  public List<Envelope<?>> next() {
    List<Envelope<?>> events = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      try {
        Envelope<?> event = Events.read(record);
        if (run == null || run.equals(event.run())) {
          events.add(event);
        }
      } catch (MalformedEvent e) {
        System.err.println("passed over in " + record.topic() + ": " + e.getMessage());
      }
    }
    return events;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
