package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs one contender of a benchmark in a process of its own, which says what it measured. */
final class BenchProcess {

  private static final int PATIENCE_S = 180;
  private static final int LOOK_MS = 100;

  private final Home home;

  BenchProcess(Home home) {
    this.home = home;
  }

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

  /** Whether what is waited for is there; that it cannot be reached counts as not yet. */
  interface Attempt {
    boolean succeeds() throws IOException, InterruptedException;
  }

  /** What a main class of a service says, as JSON. */
  JsonNode java(String service, String main, Object... arguments)
      throws IOException, InterruptedException {
    return java("-Xmx2g", service, main, arguments);
  }

  /** The same with the heap that a service has. */
  JsonNode javaOfService(String service, String main, Object... arguments)
      throws IOException, InterruptedException {
    return java("-Xmx256m", service, main, arguments);
  }

  private JsonNode java(String heap, String service, String main, Object[] arguments)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Home.java(),
            heap,
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            home.classes(service),
            main);
    return Api.JSON.readTree(run(command, arguments).said());
  }

  /** What a script of the project says, as JSON. */
  JsonNode python(String script, Object... arguments) throws IOException, InterruptedException {
    Path file = home.project().resolve(script);
    List<String> command = List.of(home.python().toString(), file.toString());
    return Api.JSON.readTree(run(command, arguments).said());
  }

  /** Runs a program to its end; one that fails is a {@link Fault}. */
  static Run run(List<String> command, Object... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    Stream.of(arguments).map(Object::toString).forEach(all::add);
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new Fault("A process of the benchmark failed: " + String.join(" ", all));
    }
    return new Run((System.nanoTime() - start) / 1e9, said.strip());
  }

  /** Starts a program that ends with this one, so that an interrupted benchmark leaves nothing. */
  static Process begin(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  /** Waits until the attempt succeeds; a {@link Fault} where the process ends or it takes long. */
  static void await(String what, Process process, Attempt attempt) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE_S * 1_000_000_000L;
    while (process.isAlive() && System.nanoTime() < until) {
      try {
        if (attempt.succeeds()) {
          return;
        }
      } catch (IOException notYet) {
        // It does not listen yet.
      }
      Thread.sleep(LOOK_MS);
    }
    String how = process.isAlive() ? " within %d s.".formatted(PATIENCE_S) : ": it has ended.";
    throw new Fault(what + how);
  }
}
