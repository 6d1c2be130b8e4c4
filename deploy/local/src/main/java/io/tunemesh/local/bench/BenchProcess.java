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

/** Runs one contender of a benchmark in a process of its own, which says what it measured. */
final class BenchProcess {

  private final Home home;

  BenchProcess(Home home) {
    this.home = home;
  }

  /** What a main class of a service says, as JSON. */
  JsonNode java(String service, String main, Object... arguments)
      throws IOException, InterruptedException {
    Path built = home.project().resolve(service).resolve("target/quarkus-app");
    String classes =
        Stream.of("app/*", "lib/boot/*", "lib/main/*")
            .map(part -> built.resolve(part).toString())
            .reduce((one, other) -> one + File.pathSeparator + other)
            .orElseThrow();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return said(
        List.of(
            java,
            "-Xmx2g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classes,
            main),
        arguments);
  }

  /** What a script of the project says, as JSON. */
  JsonNode python(String script, Object... arguments) throws IOException, InterruptedException {
    Path file = home.project().resolve(script);
    return said(List.of(home.python().toString(), file.toString()), arguments);
  }

  private static JsonNode said(List<String> command, Object... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    Stream.of(arguments).map(Object::toString).forEach(all::add);
    Process process =
        new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new Fault("A process of the benchmark failed: " + String.join(" ", all));
    }
    return Api.JSON.readTree(said);
  }
}
