package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.demo.Api;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How fast a large workbook becomes records, beside two peers that read its cells and write
 * nothing, and a floor; each in a fresh process. Ours counts the start of its reader too; the
 * others' clocks start when they open the file. Then what the whole road costs in memory.
 */
final class IngestBench {

  private static final double OVER_OPENPYXL = 6;
  private static final double OVER_POI = 2.5;
  private static final double MORE_MEMORY_MB = 256;
  private static final String OPENPYXL =
      """
      import sys, time, openpyxl
      start = time.perf_counter()
      characters = 0
      for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):
          for row in sheet.iter_rows(values_only=True):
              characters += sum(len(text) for text in row if text is not None)
      print(time.perf_counter() - start, characters)
      """;

  private final Home home;
  private final MeshState mesh;

  IngestBench(Home home, MeshState mesh) {
    this.home = home;
    this.mesh = mesh;
  }

  void run() throws IOException, InterruptedException {
    Path folder = home.project().resolve("deploy/local/target/bench");
    for (boolean shared : new boolean[] {false, true}) {
      Path book = IngestBook.of(folder, shared);
      String texts = shared ? "shared texts" : "texts in cells";
      JsonNode read =
          Api.JSON.readTree(output(java(ours(), "io.tunemesh.ingest.parse.ReadFile", book)));
      if (read.at("/answer/rows").asLong() != IngestBook.ROWS) {
        throw new Fault("The reader answered: " + read.get("answer"));
      }
      double ours = IngestBook.ROWS / read.get("seconds").asDouble();
      compare(
          texts,
          ours,
          "openpyxl read-only",
          peer(List.of(home.python().toString(), "-c", OPENPYXL), book),
          OVER_OPENPYXL);
      compare(
          texts,
          ours,
          "POI event API",
          peer(java(peers(), IngestPeers.class.getName(), "poi"), book),
          OVER_POI);
      compare(
          texts,
          ours,
          "inflate and walk",
          peer(java(peers(), IngestPeers.class.getName(), "floor"), book),
          null);
      Figure.less(
              "ingest",
              "reader's peak, " + texts,
              "MB",
              read.get("peak_mb").asDouble(),
              null,
              null,
              null)
          .print();
      Figure.less(
              "ingest",
              "resident over the idle service, " + texts,
              "MB",
              growth(book),
              null,
              null,
              MORE_MEMORY_MB)
          .print();
    }
  }

  private static void compare(
      String texts, double ours, String peer, double seconds, Double times) {
    double theirs = IngestBook.ROWS / seconds;
    Figure.more(
            "ingest",
            "workbook, " + texts,
            "rows/s",
            ours,
            peer,
            theirs,
            times == null ? null : times * theirs)
        .print();
  }

  private double peer(List<String> command, Path book) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    all.add(book.toString());
    String[] said = output(all).split(" ");
    if (Long.parseLong(said[1]) < 80_000_000) {
      throw new Fault("A peer did not read all of the workbook: " + String.join(" ", all));
    }
    return Double.parseDouble(said[0]);
  }

  /** The most that the service and its reader hold together while they work, over what it held. */
  private double growth(Path book) throws IOException, InterruptedException {
    long pid = mesh.services().get("ingest-service").pid();
    Thread.sleep(1000);
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

  private List<String> java(String classes, String main, Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-cp",
                classes,
                main));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return command;
  }

  private String ours() {
    Path application = home.project().resolve("ingest-service/target/quarkus-app");
    return String.join(
        File.pathSeparator,
        application.resolve("app/*").toString(),
        application.resolve("lib/boot/*").toString(),
        application.resolve("lib/main/*").toString());
  }

  private String peers() {
    return home.project().resolve("deploy/local/target/classes") + File.pathSeparator + ours();
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new Fault("A process of the benchmark failed: " + String.join(" ", command));
    }
    return said.strip();
  }
}
