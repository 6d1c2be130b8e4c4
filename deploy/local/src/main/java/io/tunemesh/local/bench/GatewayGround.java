package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.local.Events;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Database;
import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A broker, a database and inference-service alone, in a folder that is deleted with them; engines
 * are the caller's.
 */
final class GatewayGround implements AutoCloseable {

  static final String KEY = "tm-bench";

  private static final int PATIENCE_S = 180;

  private final Home home;
  private final Path folder;
  private final Broker broker;
  private final Database database;
  private final KafkaProducer<String, byte[]> producer;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process service;
  private int port;

  GatewayGround(Home home) throws IOException {
    this.home = home;
    this.folder = Files.createTempDirectory("tunemesh-bench");
    this.broker = broker(folder.resolve("kafka"));
    this.database =
        Database.start(folder.resolve("postgres"), home.postgres(), Ports.free(), false);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    Map<String, String> key =
        Map.of("sha256", digest(bytes(KEY)), "tenant", "bench", "role", "admin", "name", "bench");
    new ObjectMapper()
        .writeValue(folder.resolve("keys.json").toFile(), Map.of("keys", List.of(key)));
  }

  /** Starts the service with those engines, in place of the one before; waits until it answers. */
  String service(List<GatewayEngine> engines, String... settings)
      throws IOException, InterruptedException {
    return service(
        GatewayEngine.MODEL, engines.stream().map(GatewayEngine::url).toList(), settings);
  }

  /** Starts the service with the engines at {@code urls}, which serve {@code model}. */
  String service(String model, List<String> urls, String... settings)
      throws IOException, InterruptedException {
    stopService();
    port = Ports.free();
    Path jar = home.project().resolve("inference-service/target/quarkus-app/quarkus-run.jar");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:MaxNewSize=32m", "-XX:+UseSerialGC"));
    for (int i = 0; i < urls.size(); i++) {
      command.add("-Dtunemesh.engines[" + i + "].url=" + urls.get(i));
      command.add("-Dtunemesh.engines[" + i + "].model=" + model);
    }
    Stream.of(settings).map("-D"::concat).forEach(command::add);
    command.addAll(List.of("-jar", jar.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("service.log").toFile()))
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT", String.valueOf(port),
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "QUARKUS_DATASOURCE_JDBC_URL", database.url(),
                "QUARKUS_DATASOURCE_USERNAME", database.user(),
                "TUNEMESH_BLOBS_ROOT", folder.resolve("blobs").toString(),
                "TUNEMESH_KEYS_FILE", folder.resolve("keys.json").toString(),
                "TUNEMESH_ENGINE_MODEL", model,
                "TUNEMESH_ENGINE_ADAPTERS", adapterRoot().toString()));
    service = builder.start();
    endWithThis(service);
    await("inference-service does not answer", () -> status("/v1/models") == 200);
    return url();
  }

  /** A benchmark that is interrupted leaves nothing running. */
  static void endWithThis(Process process) {
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Sets the rules of a model. */
  void rules(String model, String rules) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/v1/rules/" + model))
            .header("authorization", "Bearer " + KEY)
            .header("content-type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(rules))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new Fault("The rules are not taken: " + answer.body());
    }
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
  List<String> adapters(String prefix, int count) throws Exception {
    List<String> models = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = prefix + i;
      Map<String, byte[]> files =
          Map.of("adapter_config.json", bytes("{}"), "adapter_model.safetensors", bytes(name));
      models.add(publish(name, GatewayEngine.MODEL, files));
    }
    await("the adapters are not served", () -> served().containsAll(models));
    return models;
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
    Instant now = Instant.now();
    String id = UUID.randomUUID().toString();
    producer.send(
        Events.record(new Envelope<>(id, "/bench", now, "bench", "bench", null, adapter)));
    return model;
  }

  @Override
  public void close() throws Exception {
    stopService();
    producer.close();
    broker.close();
    database.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.deleteIfExists(file);
      }
    }
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

  private BlobRef blob(String adapter, String file, byte[] content) throws IOException {
    String key = "bench/" + adapter + "/" + file;
    Path path = folder.resolve("blobs").resolve(key);
    Files.createDirectories(path.getParent());
    Files.write(path, content);
    return new BlobRef(key, digest(content), (long) content.length);
  }

  private Set<String> served() {
    try {
      Set<String> ids = new HashSet<>();
      new ObjectMapper()
          .readTree(get("/v1/models").body())
          .path("data")
          .forEach(model -> ids.add(model.path("id").asText()));
      return ids;
    } catch (IOException | InterruptedException e) {
      return Set.of();
    }
  }

  private int status(String path) {
    try {
      return get(path).statusCode();
    } catch (IOException | InterruptedException e) {
      return 0;
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("authorization", "Bearer " + KEY)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private void await(String otherwise, BooleanSupplier done) throws InterruptedException {
    long until = System.currentTimeMillis() + PATIENCE_S * 1000L;
    while (!done.getAsBoolean()) {
      if (System.currentTimeMillis() > until) {
        throw new Fault(otherwise + " within " + PATIENCE_S + " s.");
      }
      Thread.sleep(300);
    }
  }

  private void stopService() throws InterruptedException {
    if (service != null) {
      service.destroyForcibly().waitFor();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
