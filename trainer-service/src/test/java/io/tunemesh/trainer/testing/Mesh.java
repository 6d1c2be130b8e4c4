package io.tunemesh.trainer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.EventHandler;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The rest of the mesh, as far as a test plays it: sends events, and hears all that are sent. */
@ApplicationScoped
public class Mesh {

  public static final String TENANT = "acme";

  /** Who waits as long for what comes in seconds waits in vain. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  private final BlobStore blobs;
  private final KafkaProducer<String, byte[]> producer;
  private final List<Envelope<?>> heard = new CopyOnWriteArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final List<ConsumerRecord<String, byte[]>> dead = new CopyOnWriteArrayList<>();
  private final Thread ear;
  private volatile boolean closed;

  Mesh(BlobStore blobs, @ConfigProperty(name = "kafka.bootstrap.servers") String servers) {
    this.blobs = blobs;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new StringSerializer(),
            new ByteArraySerializer());
    this.ear = Thread.ofPlatform().daemon().start(() -> listen(servers));
  }

  @PreDestroy
  void close() throws InterruptedException {
    closed = true;
    ear.join();
    producer.close();
  }

  private void listen(String servers) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", servers, "group.id", "test", "auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(
          List.of(
              "tunemesh.training",
              "tunemesh.training-progress",
              "tunemesh.adapters",
              "tunemesh.dataset-requests",
              "tunemesh.datasets.trainer-service.dlq",
              "tunemesh.training-requests.trainer-service.dlq"));
      while (!closed) {
        for (var record : consumer.poll(Duration.ofMillis(50))) {
          if (record.topic().endsWith(".dlq")) {
            dead.add(record);
          } else {
            hear(EventHandler.read(record));
          }
        }
      }
    }
  }

  /** An event that is sent twice under one id is one event. */
  private void hear(Envelope<?> envelope) {
    if (ids.add(envelope.id())) {
      heard.add(envelope);
    }
  }

  /** An envelope of an event that somebody else sends. */
  public static Envelope<?> envelope(String tenant, Event event) {
    return new Envelope<>(
        UUID.randomUUID().toString(), "/test", Instant.now(), tenant, "run-test", null, event);
  }

  public void send(Envelope<?> envelope) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            EventType.of(envelope.data().getClass()).topic().topicName(),
            envelope.data().subject(),
            CloudEvents.value(envelope));
    CloudEvents.headers(envelope)
        .forEach((k, v) -> record.headers().add(k, v.getBytes(StandardCharsets.UTF_8)));
    send(record);
  }

  public void send(ProducerRecord<String, byte[]> record) {
    producer.send(record);
    producer.flush();
  }

  /** A dataset whose train split tells the fake worker what to do. */
  public DatasetBuilt dataset(String id, String script, Plan plan) {
    return dataset(id, List.of("{\"messages\": [], \"fake\": " + script + "}"), plan);
  }

  /** A dataset with the same lines in every split. */
  public DatasetBuilt dataset(String id, List<String> lines, Plan plan) {
    return dataset(id, null, lines, plan);
  }

  /** A dataset of a task, with the same lines in every split. */
  public DatasetBuilt dataset(String id, String task, List<String> lines, Plan plan) {
    byte[] data = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      var ref = blobs.put("datasets/" + id + "/train.jsonl", new ByteArrayInputStream(data));
      var part = new DatasetBuilt.Part(ref, lines.size());
      return new DatasetBuilt(id, id, task, null, ref, part, part, part, 1, 1, 0, plan);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public BlobStore blobs() {
    return blobs;
  }

  public List<ConsumerRecord<String, byte[]>> dead() {
    return dead;
  }

  /** What was heard of one aggregate. */
  public <E extends Event> List<E> heard(Class<E> type, Predicate<E> which) {
    return heard.stream()
        .map(Envelope::data)
        .filter(type::isInstance)
        .map(type::cast)
        .filter(which)
        .toList();
  }

  /** Waits for the first such event. */
  public <E extends Event> E await1(Class<E> type, Predicate<E> which) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !heard(type, which).isEmpty());
    return heard(type, which).getFirst();
  }

  /** A request as the tenant acme. */
  public static RequestSpecification acme() {
    return as(MeshResource.KEY);
  }

  public static RequestSpecification as(String key) {
    return RestAssured.given()
        .header("Authorization", "Bearer " + key)
        .contentType("application/json");
  }

  public static JsonPath create(String body) {
    return acme()
        .body(body)
        .post("/v1/fine_tuning/jobs")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  public static JsonPath job(String id) {
    return get("/v1/fine_tuning/jobs/" + id);
  }

  public static JsonPath get(String path) {
    return acme().get(path).then().statusCode(200).extract().jsonPath();
  }

  public static JsonPath post(String path) {
    return acme().post(path).then().statusCode(200).extract().jsonPath();
  }

  /** Trains a job on a dataset of that name, as the script says, and waits for its end. */
  public String trained(String datasetId, String script) {
    send(envelope(TENANT, dataset(datasetId, script, null)));
    String id =
        create("{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(datasetId))
            .getString("id");
    awaitStatus(id, "succeeded");
    return id;
  }

  /** Waits until a job is in one of these states. */
  public static JsonPath awaitStatus(String id, String... wanted) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> Arrays.asList(wanted).contains(status(id)));
    JsonPath job = job(id);
    assertThat(job.getString("status")).isIn((Object[]) wanted);
    return job;
  }

  /** Not by a JsonPath, which is compiled for each look. */
  private static String status(String id) throws IOException {
    String job =
        acme().get("/v1/fine_tuning/jobs/" + id).then().statusCode(200).extract().asString();
    return Json.MAPPER.readTree(job).path("status").asText();
  }

  /** The bytes of a job's curve, taken as they are: the test client would parse them as XML. */
  public static String lossCurve(String id) {
    byte[] svg =
        acme()
            .get("/v1/fine_tuning/jobs/" + id + "/loss.svg")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    return new String(svg, StandardCharsets.UTF_8);
  }
}
