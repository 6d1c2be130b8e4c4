package io.tunemesh.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetEvent;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.event.EventHandler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Plain Kafka clients beside the service: one that sends events, one that hears its facts. Tests
 * share them and tell each other's facts apart by the run.
 */
@Singleton
final class Mesh {

  /** Whose key {@code MeshResource.KEY} is. */
  static final String TENANT = "acme";

  /** Who waits as long for what comes in seconds waits in vain. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> datasets;
  private final KafkaConsumer<String, byte[]> deadLetters;
  private final List<Envelope<? extends Event>> heard = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  Mesh(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer());
    datasets = consumer(bootstrap, "tunemesh.datasets");
    deadLetters = consumer(bootstrap, "tunemesh.uploads.dataset-service.dlq");
  }

  static String newRun() {
    return "run-" + UUID.randomUUID();
  }

  static Envelope<Event> envelope(String tenant, String run, Event data) {
    return new Envelope<>(
        UUID.randomUUID().toString(), "/test", Instant.now(), tenant, run, null, data);
  }

  void send(Envelope<?> envelope) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            envelope.type().topic().topicName(),
            envelope.data().subject(),
            CloudEvents.value(envelope));
    CloudEvents.headers(envelope)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    producer.send(record);
    producer.flush();
  }

  /** Sends a fact about an upload, or a request, of the tenant. */
  void tell(String run, Event data) {
    send(envelope(TENANT, run, data));
  }

  void sendRaw(String topic, String key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key, value));
    producer.flush();
  }

  /** Returns once the service has heard of an upload what brings it into that state. */
  void awaitUpload(String fileId, String status) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                QuarkusTransaction.requiringNew()
                    .call(
                        () ->
                            KnownUpload.count("fileId = ?1 and status = " + status, fileId) == 1));
  }

  /** The first fact about a dataset of {@code run}. */
  <T extends DatasetEvent> Envelope<T> awaitFact(String run, Class<T> type) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              listen(Duration.ofMillis(200));
              return heard.stream().anyMatch(e -> run.equals(e.run()));
            });
    Envelope<?> fact = heard.stream().filter(e -> run.equals(e.run())).findFirst().orElseThrow();
    assertThat(fact.data()).isInstanceOf(type);
    @SuppressWarnings("unchecked")
    Envelope<T> found = (Envelope<T>) fact;
    return found;
  }

  /** The dataset of {@code run}, which is the first thing that is told of it. */
  DatasetBuilt built(String run) {
    return awaitFact(run, DatasetBuilt.class).data();
  }

  /** The rejection of the dataset of {@code run}, which is the first thing that is told of it. */
  DatasetRejected rejected(String run) {
    return awaitFact(run, DatasetRejected.class).data();
  }

  /** As {@link #facts(String, Duration)}, once there are so many. */
  List<DatasetEvent> facts(String run, int count, Duration time) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              listen(Duration.ofMillis(200));
              return heard.stream().filter(e -> run.equals(e.run())).count() >= count;
            });
    return facts(run, time);
  }

  /** All facts of {@code run} that come until {@code time} has passed without another. */
  List<DatasetEvent> facts(String run, Duration time) {
    int before;
    do {
      before = heard.size();
      listen(time);
    } while (heard.size() > before);
    return heard.stream()
        .filter(e -> run.equals(e.run()))
        .map(e -> (DatasetEvent) e.data())
        .toList();
  }

  /** The next dead letter with that key. */
  ConsumerRecord<String, byte[]> awaitDeadLetter(String key) {
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              deadLetters
                  .poll(Duration.ofMillis(200))
                  .forEach(r -> found.addAll(key.equals(r.key()) ? List.of(r) : List.of()));
              return !found.isEmpty();
            });
    return found.getFirst();
  }

  private void listen(Duration time) {
    Instant end = Instant.now().plus(time);
    do {
      datasets.poll(Duration.ofMillis(100)).forEach(r -> hear(EventHandler.read(r)));
    } while (Instant.now().isBefore(end));
  }

  /** A fact that is sent twice under one id is one fact. */
  private void hear(Envelope<? extends Event> envelope) {
    if (ids.add(envelope.id())) {
      heard.add(envelope);
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(String bootstrap, String topic) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                "test-" + UUID.randomUUID(),
                "auto.offset.reset",
                "earliest",
                "max.poll.interval.ms",
                String.valueOf(Duration.ofHours(1).toMillis())),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  @PreDestroy
  void close() {
    producer.close();
    datasets.close();
    deadLetters.close();
  }
}
