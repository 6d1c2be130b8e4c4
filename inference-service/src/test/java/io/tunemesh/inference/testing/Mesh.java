package io.tunemesh.inference.testing;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.platform.blob.BlobStore;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The rest of the mesh as a plain Kafka client: publishes adapters, sends and reads events. */
@ApplicationScoped
public class Mesh {

  private final BlobStore blobs;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;

  /** By place: a consumer that was taken for dead meanwhile reads some of them again. */
  private final Map<String, ConsumerRecord<String, byte[]>> seen = new LinkedHashMap<>();

  Mesh(BlobStore blobs, @ConfigProperty(name = "kafka.bootstrap.servers") String kafka) {
    this.blobs = blobs;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "auto.offset.reset", "earliest", "group.id", "test"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    this.consumer.subscribe(
        List.of(
            Topic.ADAPTERS.topicName(),
            Topic.COMPLETIONS.topicName(),
            Topic.ALIASES.topicName(),
            Topic.USAGE.topicName(),
            Topic.BATCHES.topicName(),
            Topic.PREDICTIONS.topicName(),
            Topic.FEEDBACK.topicName(),
            Topic.UPLOAD_REQUESTS.topicName(),
            Topic.ADAPTERS.deadLetterOf("inference-service"),
            Topic.INFERENCE_REQUESTS.deadLetterOf("inference-service")));
  }

  @PreDestroy
  void close() {
    producer.close(Duration.ZERO);
    consumer.close();
  }

  /** Stores an adapter whose weights say {@code weights}, with one probe that it will pass. */
  public AdapterPublished adapter(String suffix, String weights) {
    String id = "ad-" + suffix + "-" + UUID.randomUUID();
    String probes =
        """
        [{"messages": [{"role": "user", "content": "ping"}], "max_tokens": 5,
          "expected": "%s:ping", "tokens": [1, 2]}]
        """
            .formatted(weights);
    return new AdapterPublished(
        id,
        id.replace("ad-", "ftjob-"),
        "ft:" + StubEngine.BASE + ":acme:" + id,
        StubEngine.BASE,
        "lora",
        List.of(
            new AdapterFile("adapter_config.json", put(id + "/adapter_config.json", "{}")),
            new AdapterFile(
                "adapter_model.safetensors", put(id + "/adapter_model.safetensors", weights)),
            new AdapterFile("README.md", put(id + "/README.md", "card")),
            new AdapterFile("optimizer.pt", put(id + "/optimizer.pt", "pickle"))),
        put(id + "/probes.json", probes),
        new ServeSpec(true, null));
  }

  public BlobRef put(String key, String text) {
    try {
      return blobs.put(key, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void send(Event event) {
    send(UUID.randomUUID().toString(), "acme", event);
  }

  public void send(String eventId, String tenant, Event event) {
    send(eventId, tenant, "run-1", event);
  }

  public void send(String eventId, String tenant, String run, Event event) {
    send(new Envelope<>(eventId, "/test", Instant.now(), tenant, run, null, event));
  }

  /** As a part of that trace. */
  public void sendTraced(String traceparent, Event event) {
    String id = UUID.randomUUID().toString();
    send(new Envelope<>(id, "/test", Instant.now(), "acme", "run-1", traceparent, event));
  }

  private void send(Envelope<?> envelope) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            envelope.type().topic().topicName(),
            envelope.data().subject(),
            CloudEvents.value(envelope));
    CloudEvents.headers(envelope)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    send(record);
  }

  public void send(ProducerRecord<String, byte[]> record) {
    producer.send(record);
    producer.flush();
  }

  /** All events of that type about {@code subject} so far. */
  public synchronized <T extends Event> List<Envelope<?>> events(Class<T> type, String subject) {
    poll();
    return seen.values().stream()
        .filter(record -> !record.topic().endsWith(".dlq") && record.key().equals(subject))
        .<Envelope<?>>map(record -> CloudEvents.read(name -> header(record, name), record.value()))
        .filter(envelope -> type.isInstance(envelope.data()))
        .toList();
  }

  /** The first event of that type about {@code subject}, as soon as it is there. */
  public <T extends Event> T awaited(Class<T> type, String subject) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !events(type, subject).isEmpty());
    return type.cast(events(type, subject).getFirst().data());
  }

  /** The records of {@code key} in a dead-letter topic so far. */
  public synchronized List<ConsumerRecord<String, byte[]>> dead(String key) {
    poll();
    return seen.values().stream()
        .filter(r -> r.topic().endsWith(".dlq") && key.equals(r.key()))
        .toList();
  }

  public static String header(ConsumerRecord<String, byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void poll() {
    consumer
        .poll(Duration.ofMillis(100))
        .forEach(
            record ->
                seen.putIfAbsent(
                    record.topic() + " " + record.partition() + " " + record.offset(), record));
  }
}
