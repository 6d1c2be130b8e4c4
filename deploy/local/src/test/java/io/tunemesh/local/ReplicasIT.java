package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Topic;
import io.tunemesh.local.demo.Api;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of dataset-service that share one upload of many chunks. */
class ReplicasIT {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String READ = "Chunk read";
  private static final int ROWS = 20_000;

  private Ground ground;
  private Replica ingest;
  private Replica first;
  private Replica second;

  @BeforeEach
  void up(@TempDir Path folder) throws Exception {
    ground = Ground.start(folder);
    Map<String, String> patience = Map.of("TUNEMESH_DATASET_CHUNK_PATIENCE", "10s");
    ingest =
        ground.replica(
            "ingest-service", "ingest-service", Map.of("TUNEMESH_UPLOAD_CHUNK_BYTES", "16000"));
    first = ground.replica("dataset-service", "first", patience);
    first.url();
    second = ground.replica("dataset-service", "second", patience);
    second.url();
    awaitBoth();
  }

  @AfterEach
  void down() throws Exception {
    try (var started = ground) {} // which is null where it did not start
  }

  @Test
  void shareItsChunksAndLoseNothingWhenOneOfThemIsKilled() throws Exception {
    Api files = new Api(ingest.url(), ground.key());
    Api datasets = new Api(first.url(), ground.key());
    Path table = ground.home().folder().resolve("large.csv");
    Files.writeString(
        table,
        IntStream.range(0, ROWS)
            .mapToObj(i -> "%d is a number of some length,%s".formatted(i, i % 2 == 0 ? "a" : "b"))
            .collect(Collectors.joining("\n", "text,label\n", "\n")));
    String file = files.upload(table, Map.of("purpose", "fine-tune")).path("id").asText();
    JsonNode asked =
        Api.JSON.readTree(
            "{\"name\": \"large\", \"sources\": [{\"file\": \"%s\"}]}".formatted(file));
    String dataset = datasets.post("/v1/datasets", asked).path("id").asText();

    await().atMost(PATIENCE).until(() -> second.said().contains(READ));
    second.close();

    await()
        .atMost(PATIENCE)
        .until(() -> status(datasets, dataset).path("status").asText().equals("built"));
    assertThat(status(datasets, dataset).path("rows_kept").asInt()).isEqualTo(ROWS);
    assertThat(first.said()).contains(READ);
  }

  /** A replica that has seen no other shares nothing. */
  private void awaitBoth() {
    try (Admin kafka = Admin.create(Map.of("bootstrap.servers", ground.kafkaServers()))) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(ExecutionException.class)
          .until(() -> readers(kafka) == 2);
    }
  }

  /** How many consumers have partitions of the chunks' topic. */
  private static long readers(Admin kafka) throws Exception {
    String group = "dataset-service";
    return kafka.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
        .filter(
            member ->
                member.assignment().topicPartitions().stream()
                    .anyMatch(part -> part.topic().equals(Topic.DATASET_CHUNKS.topicName())))
        .count();
  }

  private static JsonNode status(Api datasets, String dataset) throws Exception {
    return datasets.get("/v1/datasets/" + dataset);
  }
}
