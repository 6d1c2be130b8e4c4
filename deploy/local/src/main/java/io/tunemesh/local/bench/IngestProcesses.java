package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.demo.Api;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The processes of the benchmarks of ingest: parts of our services, and peers. */
final class IngestProcesses {

  /**
   * A process that ended well.
   *
   * @param seconds from its start to its end
   * @param said on its standard output
   */
  record Run(double seconds, String said) {

    /** What it said, where each line is JSON. */
    List<JsonNode> lines() throws IOException {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : said.split("\n")) {
        lines.add(Api.JSON.readTree(line));
      }
      return lines;
    }
  }

  private final Home home;

  IngestProcesses(Home home) {
    this.home = home;
  }

  /** Runs a class of a service, with the classes of that service. */
  Run ours(String service, String main, Object... arguments)
      throws IOException, InterruptedException {
    return run(java("-Xmx512m", classes(service), main, arguments));
  }

  /** Runs a class of this program that measures with the libraries of ingest. */
  Run peer(String main, Object... arguments) throws IOException, InterruptedException {
    String own = home.project().resolve("deploy/local/target/classes").toString();
    return run(
        java("-Xmx2g", own + File.pathSeparator + classes("ingest-service"), main, arguments));
  }

  /** Runs a class of ingest's tests. */
  Run test(String main, Object... arguments) throws IOException, InterruptedException {
    Path tests = home.project().resolve("ingest-service/target/test-classes");
    return run(
        java("-Xmx2g", tests + File.pathSeparator + classes("ingest-service"), main, arguments));
  }

  /** Runs a Python program. */
  Run python(String program, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.python().toString(), "-c", program));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return run(command);
  }

  private static List<String> java(String heap, String classes, String main, Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dlog4j2.statusLoggerLevel=OFF",
                "-cp",
                classes,
                main));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return command;
  }

  private String classes(String service) {
    Path application = home.project().resolve(service).resolve("target/quarkus-app");
    return String.join(
        File.pathSeparator,
        application.resolve("app/*").toString(),
        application.resolve("lib/boot/*").toString(),
        application.resolve("lib/main/*").toString());
  }

  private static Run run(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new Fault("A process of the benchmark failed: " + String.join(" ", command));
    }
    return new Run((System.nanoTime() - start) / 1e9, said.strip());
  }
}
