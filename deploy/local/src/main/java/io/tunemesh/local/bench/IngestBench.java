package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How fast a large workbook becomes records, beside two peers that read the text of all its cells
 * and write nothing, and a floor. Each is a fresh process, and its start counts. Then the whole
 * road by HTTP, which has no peer: the upload, its storing, reading, and storing the records; and
 * what it costs in memory.
 */
final class IngestBench {

  private static final double OVER_OPENPYXL = 6;
  private static final double OVER_POI = 2.5;
  private static final double MORE_MEMORY_MB = 256;
  private static final String OPENPYXL =
      """
      import sys, openpyxl
      characters = 0
      for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):
          for row in sheet.iter_rows(values_only=True):
              characters += sum(len(text) for text in row if text is not None)
      print(characters)
      """;

  private final Home home;
  private final MeshState mesh;
  private final IngestProcesses processes;

  IngestBench(Home home, MeshState mesh) {
    this.home = home;
    this.mesh = mesh;
    this.processes = new IngestProcesses(home);
  }

  void run() throws IOException, InterruptedException {
    Path folder = home.project().resolve("deploy/local/target/bench");
    for (boolean shared : new boolean[] {false, true}) {
      workbook(IngestBook.of(folder, shared), shared ? "shared texts" : "texts in cells");
    }
    new IngestTables(processes, new Api(mesh), folder).run();
  }

  private void workbook(Path book, String texts) throws IOException, InterruptedException {
    JsonNode read =
        Api.JSON.readTree(
            processes.ours("ingest-service", "io.tunemesh.ingest.parse.ReadFile", book).said());
    if (read.at("/answer/rows").asLong() != IngestBook.ROWS) {
      throw new Fault("The reader answered: " + read.get("answer"));
    }
    double ours = IngestBook.ROWS / read.get("seconds").asDouble();
    String peers = IngestPeers.class.getName();
    compare(texts, ours, "openpyxl read-only", processes.python(OPENPYXL, book), OVER_OPENPYXL);
    compare(texts, ours, "POI event API", processes.peer(peers, "poi", book), OVER_POI);
    compare(texts, ours, "inflate and walk", processes.peer(peers, "floor", book), null);
    print("reader's peak, " + texts, "MB", read.get("peak_mb").asDouble(), null);
    long start = System.nanoTime();
    double growth = growth(book);
    double seconds = (System.nanoTime() - start) / 1e9;
    print("resident over the idle service, " + texts, "MB", growth, MORE_MEMORY_MB);
    print("upload to records by HTTP, " + texts, "s", seconds, null);
  }

  private static void print(String figure, String unit, double ours, Double goal) {
    Figure.less("ingest", figure, unit, ours, null, null, goal).print();
  }

  private static void compare(
      String texts, double ours, String peer, IngestProcesses.Run run, Double times) {
    if (Long.parseLong(run.said()) < 80_000_000) {
      throw new Fault("A peer did not read all of the workbook: " + peer);
    }
    double theirs = IngestBook.ROWS / run.seconds();
    Double goal = times == null ? null : times * theirs;
    Figure.more("ingest", "workbook, " + texts, "rows/s", ours, peer, theirs, goal).print();
  }

  /** The most that the service and its reader hold together while they work, over what it held. */
  private double growth(Path book) throws IOException, InterruptedException {
    long pid = mesh.services().get("ingest-service").pid();
    double idle = resident(pid);
    double most = idle;
    Api api = new Api(mesh);
    String id = api.upload(book, Map.of("purpose", "fine-tune")).get("id").asText();
    while (true) {
      most = Math.max(most, tree(pid));
      String status = api.get("/v1/files/" + id).get("status").asText();
      if (status.equals("processed")) {
        return most - idle;
      }
      if (status.equals("error")) {
        throw new Fault("The mesh refused the workbook of the benchmark.");
      }
      Thread.sleep(20);
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
