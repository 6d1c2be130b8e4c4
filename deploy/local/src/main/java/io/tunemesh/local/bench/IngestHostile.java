package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How long each hostile file of ingest's tests takes until it is refused, by HTTP and one after the
 * other, and whether the service says all along that it is ready.
 */
final class IngestHostile {

  private static final double WITHIN_S = 10;
  private static final long PATIENCE_NS = 120_000_000_000L;

  private final IngestProcesses processes;
  private final Path folder;
  private final MeshState mesh;
  private final Api api;
  private final HttpClient http = HttpClient.newHttpClient();
  private int notReady;

  IngestHostile(Home home, MeshState mesh) {
    this.processes = new IngestProcesses(home);
    this.folder = home.project().resolve("deploy/local/target/bench/hostile");
    this.mesh = mesh;
    this.api = new Api(mesh);
  }

  void run() throws IOException, InterruptedException {
    processes.test("io.tunemesh.ingest.testing.HostileCorpus", folder);
    JsonNode corpus = Api.JSON.readTree(folder.resolve("corpus.json").toFile());
    double slowest = 0;
    for (JsonNode hostile : corpus) {
      double seconds = refusal(folder.resolve(hostile.get("file").asText()), hostile);
      String name = "refusing " + hostile.get("name").asText();
      Figure.less("hostile", name, "s", seconds, null, null, WITHIN_S).print();
      slowest = Math.max(slowest, seconds);
    }
    Figure.more("hostile", "files", "files", corpus.size(), null, null, 40.0).print();
    Figure.less("hostile", "slowest refusal", "s", slowest, null, null, WITHIN_S).print();
    Figure.less("hostile", "times not ready", "times", notReady, null, null, 0.0).print();
  }

  private double refusal(Path file, JsonNode hostile) throws IOException, InterruptedException {
    long start = System.nanoTime();
    String id;
    try {
      id = api.upload(file, Map.of("purpose", "fine-tune")).get("id").asText();
    } catch (Fault refused) {
      if (Files.size(file) > 0) {
        throw refused;
      }
      return (System.nanoTime() - start) / 1e9;
    }
    while (System.nanoTime() - start < PATIENCE_NS) {
      JsonNode found = api.get("/v1/files/" + id);
      if (found.get("status").asText().equals("error")) {
        return (System.nanoTime() - start) / 1e9;
      }
      if (found.get("status").asText().equals("processed")) {
        throw new Fault("A hostile file was read: " + hostile.get("name").asText());
      }
      notReady += isReady() ? 0 : 1;
      Thread.sleep(10);
    }
    throw new Fault("No answer for " + hostile.get("name").asText());
  }

  private boolean isReady() throws IOException, InterruptedException {
    URI ready = URI.create(mesh.services().get("ingest-service").url() + "/q/health/ready");
    return http.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding()).statusCode()
        == 200;
  }
}
