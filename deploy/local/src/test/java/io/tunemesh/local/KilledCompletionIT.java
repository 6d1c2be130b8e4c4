package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tunemesh.contract.Topic;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ingest-service is killed while it puts the parts of an upload together. */
class KilledCompletionIT {

  private static final List<String> PARTS = List.of("text,label\ngood,1\n", "bad,0\nfine,1\n");
  private static final String WHOLE = String.join("", PARTS);

  @TempDir Path folder;

  private Ground ground;
  private IngestAlone ingest;

  @BeforeEach
  void start() throws Exception {
    ground = Ground.start(folder);
    ingest = new IngestAlone(ground);
    ingest.start();
  }

  @AfterEach
  void stop() throws Exception {
    try (var first = ground;
        var second = ingest) {} // in the reverse order, each although the other fails
  }

  @Test
  void losesAndDoublesNothing() throws Exception {
    String upload = create();
    List<String> ids = new ArrayList<>();
    for (String part : PARTS) {
      ids.add(ingest.part(upload, part));
    }

    killAmongTheParts(upload, ids);
    assertIsPending(upload);
    endTheClaimOfTheDead();
    killBeforeTheCommit(upload, ids);
    assertIsPending(upload);

    String file = completed(upload, ids);
    assertThat(completed(upload, ids)).isEqualTo(file);
    assertThat(ingest.text("/v1/files/" + file + "/content")).isEqualTo(WHOLE);
    await()
        .atMost(IngestAlone.PATIENCE)
        .until(() -> ingest.get("/v1/files/" + file).path("status").asText().equals("processed"));
    await().atMost(IngestAlone.PATIENCE).until(() -> events(file).size() >= 2);
    assertThat(events(file))
        .containsExactly("io.tunemesh.upload.received.v1", "io.tunemesh.upload.parsed.v1");
    assertThat(ingest.get("/v1/files").get("data")).hasSize(1);
  }

  /** The second part is a pipe, so that the service waits for its bytes when it is killed. */
  private void killAmongTheParts(String upload, List<String> ids) throws Exception {
    Path part = ground.home().data("blobs").resolve("parts").resolve(upload).resolve(ids.getLast());
    Path aside = folder.resolve("aside");
    Files.move(part, aside);
    assertThat(new ProcessBuilder("mkfifo", part.toString()).start().waitFor()).isZero();
    var asked = ingest.ask(completion(upload), completion(ids));
    var opened = new CompletableFuture<OutputStream>(); // when the service has opened it to read
    Thread.ofVirtual().start(() -> open(part, opened));
    CompletableFuture.anyOf(opened, asked).get(IngestAlone.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(asked).isNotDone();
    try (OutputStream pipe = opened.join()) {
      pipe.write(PARTS.getLast().substring(0, 3).getBytes(StandardCharsets.UTF_8));
      ingest.kill();
    }
    assertThat(asked.handle((answer, failure) -> failure).join()).isNotNull();
    Files.move(aside, part, StandardCopyOption.REPLACE_EXISTING);
    ingest.start();
  }

  /** As a minute does, for which the second kill's claim is left. */
  private void endTheClaimOfTheDead() throws SQLException {
    try (Connection connection = connection();
        var statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE ingest.part_upload SET joined_until = now() WHERE joiner IS NOT NULL"))
          .isEqualTo(1);
    }
  }

  /** The bytes are in place, and the row that says so waits for a lock when it is killed. */
  private void killBeforeTheCommit(String upload, List<String> ids) throws Exception {
    try (Connection connection = connection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE ingest.upload IN SHARE MODE");
      var asked = ingest.ask(completion(upload), completion(ids));
      await().atMost(IngestAlone.PATIENCE).until(this::aRowWaits);
      ingest.kill();
      connection.rollback();
      assertThat(asked.handle((answer, failure) -> failure).join()).isNotNull();
    }
    Path stored = ground.home().data("blobs").resolve("uploads");
    try (var files = Files.walk(stored)) {
      assertThat(files.filter(Files::isRegularFile).toList())
          .singleElement()
          .satisfies(file -> assertThat(file).hasContent(WHOLE));
    }
    ingest.start();
  }

  private static void open(Path pipe, CompletableFuture<OutputStream> opened) {
    try {
      opened.complete(Files.newOutputStream(pipe));
    } catch (Exception e) {
      opened.completeExceptionally(e);
    }
  }

  private boolean aRowWaits() throws SQLException {
    try (Connection connection = connection();
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT 1 FROM pg_stat_activity"
                    + " WHERE wait_event_type = 'Lock' AND query ILIKE 'insert into upload %'")) {
      return found.next();
    }
  }

  private Connection connection() throws SQLException {
    return DriverManager.getConnection(ground.databaseUrl(), "postgres", "");
  }

  private String create() throws Exception {
    return ingest
        .post(
            "/v1/uploads",
            Map.of(
                "filename", "a.csv",
                "purpose", "fine-tune",
                "bytes", WHOLE.length(),
                "mime_type", "text/csv"))
        .get("id")
        .asText();
  }

  private void assertIsPending(String upload) throws Exception {
    assertThat(ingest.get("/v1/uploads/" + upload).get("status").asText()).isEqualTo("pending");
  }

  private String completed(String upload, List<String> ids) throws Exception {
    return ingest.post(completion(upload), completion(ids)).at("/file/id").asText();
  }

  private static String completion(String upload) {
    return "/v1/uploads/" + upload + "/complete";
  }

  private static Map<String, List<String>> completion(List<String> ids) {
    return Map.of("part_ids", ids);
  }

  /** The types of all events so far about {@code file}, in their order. */
  private List<String> events(String file) {
    List<String> types = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", ground.kafkaServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all = Events.partitions(consumer, Stream.of(Topic.UPLOADS.topicName()));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          if (file.equals(record.key())) {
            byte[] type = record.headers().lastHeader("ce_type").value();
            types.add(new String(type, StandardCharsets.UTF_8));
          }
        }
      }
    }
    return types;
  }
}
