package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The whole road of a workbook by HTTP, which has no peer: the upload, its storing, reading, and
 * storing the records; and what it costs in memory.
 */
final class IngestRoad {

  private static final double MORE_MEMORY_MB = 256;

  private final MeshState mesh;
  private final String texts;

  IngestRoad(MeshState mesh, String texts) {
    this.mesh = mesh;
    this.texts = texts;
  }

  void run(Path book) throws IOException, InterruptedException {
    long start = System.nanoTime();
    double growth = growth(book);
    double seconds = (System.nanoTime() - start) / 1e9;
    print("resident over the idle service, " + texts, "MB", growth, MORE_MEMORY_MB);
    print("upload to records by HTTP, " + texts, "s", seconds, null);
  }

  private static void print(String figure, String unit, double ours, Double goal) {
    Figure.less("ingest", figure, unit, ours, null, null, goal).print();
  }

  /**
   * The most that the service and its readers hold together while they work, over what the service
   * alone held: a reader that waits counts as well.
   */
  private double growth(Path book) throws IOException, InterruptedException {
    long pid = mesh.services().get("ingest-service").pid();
    double idle = resident(pid);
    double most = idle;
    Api api = new Api(mesh);
    String id = api.upload(book, Map.of("purpose", "fine-tune")).get("id").asText();
    while (true) {
      most = Math.max(most, tree(pid));
      JsonNode found = api.get("/v1/files/" + id);
      switch (found.get("status").asText()) {
        case "processed" -> {
          return most - idle;
        }
        case "error" -> throw new Fault("The mesh refused the workbook of the benchmark: " + found);
        default -> Thread.sleep(20);
      }
    }
  }

  private static double tree(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(service -> Stream.concat(Stream.of(service), service.children()))
        .mapToDouble(process -> resident(process.pid()))
        .sum();
  }

  private static double resident(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .sum();
    } catch (IOException e) {
      return 0; // it has just ended
    }
  }
}
