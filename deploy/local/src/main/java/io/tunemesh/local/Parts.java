package io.tunemesh.local;

import io.tunemesh.parts.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says how each part of the mesh is started: the broker, the database, the engine and the four
 * services.
 */
final class Parts {

  static final List<String> SERVICES =
      List.of("ingest-service", "dataset-service", "trainer-service", "inference-service");

  /** Names an engine of the user's that answers in place of our own, as a vLLM. */
  static final String ENGINE_URL = "TUNEMESH_ENGINE_URL";

  private final Home home;
  private final BaseModel model;
  private final String given;
  private final int kafka = Ports.free();
  private final int controller = Ports.free();
  private final int postgres = Ports.free();
  private final int engine = Ports.free();
  private final Map<String, Integer> http = new LinkedHashMap<>();

  Parts(Home home, BaseModel model) {
    this(home, model, System.getenv(ENGINE_URL));
  }

  /**
   * @param given where an engine of the user's answers; null if ours is to be started
   */
  Parts(Home home, BaseModel model, String given) {
    this.home = home;
    this.model = model;
    this.given = given == null || given.isBlank() ? null : given;
    SERVICES.forEach(service -> http.put(service, Ports.free()));
  }

  String kafkaServers() {
    return "127.0.0.1:" + kafka;
  }

  String databaseUrl() {
    return "jdbc:postgresql://127.0.0.1:" + postgres + "/tunemesh";
  }

  int port(String service) {
    return http.get(service);
  }

  /** What the services need, which start once these are ready. */
  List<Part> ground() {
    return List.of(
        java("broker", kafka, "-Xmx160m", String.valueOf(kafka), String.valueOf(controller)),
        java("database", postgres, "-Xmx128m", String.valueOf(postgres)));
  }

  /** The engine, if the user has given none, and the services. */
  List<Part> services() {
    List<Part> parts = new ArrayList<>();
    if (given == null) {
      parts.add(engine());
    }
    SERVICES.forEach(service -> parts.add(service(service)));
    return parts;
  }

  private Part java(String name, int port, String heap, String... arguments) {
    List<String> command = new ArrayList<>(jvm(heap));
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "part", name));
    command.addAll(List.of(arguments));
    return new Part(
        name,
        null,
        "tcp://127.0.0.1:" + port,
        home.folder(),
        () -> command,
        Map.of("TUNEMESH_HOME", home.folder().toString()));
  }

  private Part engine() {
    String url = "http://127.0.0.1:" + engine;
    return new Part(
        "engine",
        url,
        url + "/health",
        BaseModel.engineFolder(home),
        () -> model.engine(home, engine, home.data("adapters")),
        Map.of("HF_HUB_OFFLINE", "1", "PYTHONUNBUFFERED", "1"));
  }

  private Part service(String name) {
    Path jar = home.jar(name);
    if (!Files.exists(jar)) {
      throw new Fault(jar + " is missing. Build first: ./mesh build");
    }
    String url = "http://127.0.0.1:" + http.get(name);
    return new Part(
        name,
        url,
        url + "/q/health/ready",
        home.folder(),
        () -> command(name, jar),
        environment(name));
  }

  private static List<String> command(String service, Path jar) {
    List<String> command = new ArrayList<>(jvm("-Xmx256m"));
    command.addAll(List.of("-Xms48m", "-XX:MaxNewSize=32m", "-Xss512k"));
    command.addAll(List.of(StartCache.option(service, jar), "-jar", jar.toString()));
    return command;
  }

  /** The settings of a service, as the environment variables that Quarkus reads. */
  Map<String, String> environment(String service) {
    Map<String, String> env = new HashMap<>();
    env.put("QUARKUS_HTTP_PORT", String.valueOf(http.get(service)));
    env.put("KAFKA_BOOTSTRAP_SERVERS", kafkaServers());
    env.put("QUARKUS_DATASOURCE_JDBC_URL", databaseUrl());
    env.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
    env.put("TUNEMESH_BLOBS_ROOT", home.data("blobs").toString());
    env.put("TUNEMESH_KEYS_FILE", Keys.file(home).toString());
    if (service.equals("trainer-service")) {
      env.put("TUNEMESH_TRAINER_PYTHON", home.python().toString());
      env.put(
          "TUNEMESH_TRAINER_RUNTIME", home.project().resolve("trainer-service/runtime").toString());
      env.put("TUNEMESH_TRAINER_WORK", home.data("training").toString());
      env.put("TUNEMESH_TRAINER_BASE_MODELS", model.id() + "=" + model.folder());
      env.put("TUNEMESH_TRAINER_DEFAULT_MODEL", model.id());
      env.put("TUNEMESH_TRAINER_WARM", "true");
    }
    if (service.equals("dataset-service")) {
      env.put("TUNEMESH_DATASET_BASE_MODELS", model.id() + "=" + model.folder());
      env.put("TUNEMESH_DATASET_DEFAULT_MODEL", model.id());
    }
    if (service.equals("ingest-service")) {
      env.put("TUNEMESH_UPLOAD_SPOOL", home.data("spool").toString());
    }
    if (service.equals("inference-service")) {
      env.put(ENGINE_URL, given == null ? "http://127.0.0.1:" + engine : given);
      env.put("TUNEMESH_ENGINE_MODEL", model.id());
      env.put("TUNEMESH_ENGINE_ADAPTERS", home.data("adapters").toString());
      env.put("TUNEMESH_RULES_TOKENIZER", model.folder().toString());
    }
    return env;
  }

  private static List<String> jvm(String heap) {
    return List.of(
        Home.java(),
        heap,
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }
}
