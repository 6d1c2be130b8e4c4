package io.tunemesh.local.bench;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.local.Events;
import io.tunemesh.local.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes adapters as the trainer does. */
final class PublishedAdapters implements AutoCloseable {

  private final Path blobs;
  private final KafkaProducer<String, byte[]> producer;

  PublishedAdapters(String bootstrapServers, Path blobs) {
    this.blobs = blobs;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Stores an adapter's files and publishes it; its model. */
  String publish(String name, String base, Map<String, byte[]> files) throws IOException {
    List<AdapterFile> stored = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      stored.add(new AdapterFile(file.getKey(), blob(name, file.getKey(), file.getValue())));
    }
    String model = "ft:" + base + ":bench:" + name;
    AdapterPublished adapter =
        new AdapterPublished(
            "ad-" + name,
            "ftjob-" + name,
            model,
            base,
            "lora",
            stored,
            null,
            new ServeSpec(true, null));
    String id = UUID.randomUUID().toString();
    producer.send(
        Events.record(
            new Envelope<>(id, "/bench", Instant.now(), "bench", "bench", null, adapter)));
    return model;
  }

  @Override
  public void close() {
    producer.close();
  }

  private BlobRef blob(String adapter, String file, byte[] content) throws IOException {
    String key = "bench/" + adapter + "/" + file;
    Path path = blobs.resolve(key);
    Files.createDirectories(path.getParent());
    Files.write(path, content);
    return new BlobRef(key, Sha256.of(content), (long) content.length);
  }
}
