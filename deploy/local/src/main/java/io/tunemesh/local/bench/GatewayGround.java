package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.local.Home;
import io.tunemesh.local.Sha256;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Database;
import io.tunemesh.parts.Ports;
import io.tunemesh.parts.Scratch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A broker, a database and inference-service alone, in a folder that is deleted with them; engines
 * are the caller's.
 */
final class GatewayGround implements AutoCloseable {

  static final String KEY = "tm-bench";

  private final Scratch scratch;
  private final Path folder;
  private final Broker broker;
  private final Database database;
  private final PublishedAdapters published;
  private final GatewayService service;

  GatewayGround(Home home) throws IOException {
    this.scratch = Scratch.named("tunemesh-bench");
    this.folder = scratch.folder();
    this.broker = broker(folder.resolve("kafka"));
    this.database =
        Database.start(folder.resolve("postgres"), home.postgres(), Ports.free(), false);
    Path blobs = folder.resolve("blobs");
    this.published = new PublishedAdapters(broker.bootstrapServers(), blobs);
    Path keys = folder.resolve("keys.json");
    Map<String, String> key =
        Map.of("sha256", Sha256.of(KEY), "tenant", "bench", "role", "admin", "name", "bench");
    new ObjectMapper().writeValue(keys.toFile(), Map.of("keys", List.of(key)));
    this.service =
        new GatewayService(
            home,
            folder,
            KEY,
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "QUARKUS_DATASOURCE_JDBC_URL", database.url(),
                "QUARKUS_DATASOURCE_USERNAME", database.user(),
                "TUNEMESH_BLOBS_ROOT", blobs.toString(),
                "TUNEMESH_KEYS_FILE", keys.toString(),
                "TUNEMESH_ENGINE_ADAPTERS", adapterRoot().toString()));
  }

  /** Starts the service with those engines, in place of the one before; its URL. */
  String service(List<GatewayEngine> engines, String... settings)
      throws IOException, InterruptedException {
    return service(
        GatewayEngine.MODEL, engines.stream().map(GatewayEngine::url).toList(), settings);
  }

  /** Starts the service with the engines at {@code urls}, which serve {@code model}; its URL. */
  String service(String model, List<String> urls, String... settings)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(settings));
    for (int i = 0; i < urls.size(); i++) {
      all.add("tunemesh.engines[" + i + "].url=" + urls.get(i));
      all.add("tunemesh.engines[" + i + "].model=" + model);
    }
    service.start(model, all);
    return service.url();
  }

  /** Sets the rules of a model. */
  void rules(String model, String rules) throws IOException, InterruptedException {
    service.rules(model, rules);
  }

  /** Where it is deleted with everything else. */
  Path folder() {
    return folder;
  }

  /** Where the service lays adapters down for engines. */
  Path adapterRoot() {
    return folder.resolve("adapters");
  }

  /** Publishes so many small adapters and waits until all are in service; their models. */
  List<String> adapters(String prefix, int count) throws IOException, InterruptedException {
    List<String> models = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = prefix + i;
      Map<String, byte[]> files =
          Map.of(
              "adapter_config.json",
              "{}".getBytes(StandardCharsets.UTF_8),
              "adapter_model.safetensors",
              name.getBytes(StandardCharsets.UTF_8));
      models.add(publish(name, GatewayEngine.MODEL, files));
    }
    service.awaitServed(models);
    return models;
  }

  /** Stores an adapter's files and publishes it; its model. */
  String publish(String name, String base, Map<String, byte[]> files) throws IOException {
    return published.publish(name, base, files);
  }

  @Override
  public void close() throws Exception {
    service.close();
    published.close();
    broker.close();
    database.close();
    scratch.close();
  }

  /** Kafka tells of its folder on standard output, which is for figures here. */
  private static Broker broker(Path folder) throws IOException {
    PrintStream figures = System.out;
    System.setOut(System.err);
    try {
      return Broker.start(folder, Ports.free(), Ports.free());
    } finally {
      System.setOut(figures);
    }
  }
}
