package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas of dataset-service that share one large upload. */
class ReplicasIT {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String READ = "Chunk read";
  private static final int ROWS = 60_000;

  private LocalMesh mesh;
  private Path log;
  private Process second;

  @BeforeEach
  void up() throws Exception {
    mesh =
        LocalMesh.none(
            Map.of(
                "TUNEMESH_UPLOAD_CHUNK_BYTES", "50000", "TUNEMESH_DATASET_CHUNK_PATIENCE", "10s"));
    mesh.mesh("up", "--port", "0");
    log = mesh.home().folder().resolve("second.log");
    second = replica();
  }

  @AfterEach
  void down() throws Exception {
    second.destroyForcibly();
    mesh.close();
  }

  @Test
  void shareItsChunksAndLoseNothingWhenOneOfThemIsKilled() throws Exception {
    Api api = new Api(mesh.state());
    Path table = mesh.home().folder().resolve("large.csv");
    Files.writeString(
        table,
        IntStream.range(0, ROWS)
            .mapToObj(i -> "%d is a number of some length,%s".formatted(i, i % 2 == 0 ? "a" : "b"))
            .collect(Collectors.joining("\n", "text,label\n", "\n")));
    String file = api.upload(table, Map.of("purpose", "fine-tune")).path("id").asText();
    JsonNode asked =
        Api.JSON.readTree(
            "{\"name\": \"large\", \"sources\": [{\"file\": \"%s\"}]}".formatted(file));
    String dataset = api.post("/v1/datasets", asked).path("id").asText();

    await().atMost(PATIENCE).until(() -> Files.readString(log).contains(READ));
    second.destroyForcibly();

    await()
        .atMost(PATIENCE)
        .until(() -> status(api, dataset).path("status").asText().equals("built"));
    assertThat(status(api, dataset).path("rows_kept").asInt()).isEqualTo(ROWS);
    assertThat(mesh.mesh("logs", "dataset-service")).contains(READ);
  }

  private static JsonNode status(Api api, String dataset) throws Exception {
    return api.get("/v1/datasets/" + dataset);
  }

  private Process replica() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                Parts.jar(mesh.home(), "dataset-service").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(ServiceEnvironment.read(mesh.home(), "dataset-service"));
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    Process process = builder.start();
    await().atMost(PATIENCE).until(() -> Files.readString(log).contains("Listening on"));
    return process;
  }
}
