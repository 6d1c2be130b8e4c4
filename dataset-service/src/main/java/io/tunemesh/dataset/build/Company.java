package io.tunemesh.dataset.build;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import io.tunemesh.dataset.dataset.DatasetConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells whether other replicas take chunks: this one is alone while it has every partition of their
 * topic. A replica that is alone would only write down for itself what it can read at once.
 */
@ApplicationScoped
@Default
@Identifier("dataset-chunks")
class Company implements KafkaConsumerRebalanceListener {

  private final DatasetConfig config;
  private volatile boolean alone;

  Company(DatasetConfig config) {
    this.config = config;
  }

  /** Whether chunks are to be shared. */
  boolean isThere() {
    return !alone || config.shareAlone();
  }

  /** Whether this replica has every partition; false while Kafka gives them out. */
  boolean isAlone() {
    return alone;
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    alone =
        consumer.subscription().stream()
            .allMatch(topic -> consumer.assignment().containsAll(all(consumer, topic)));
  }

  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    alone = false;
  }

  private static List<TopicPartition> all(Consumer<?, ?> consumer, String topic) {
    List<PartitionInfo> all = consumer.partitionsFor(topic);
    return all.stream().map(one -> new TopicPartition(topic, one.partition())).toList();
  }
}
