package io.tunemesh.local;

import io.tunemesh.parts.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/**
 * A whole mesh for a test, driven by the {@code mesh} script as a person would, in a home of its
 * own where nothing runs yet.
 */
final class LocalMesh implements AutoCloseable {

  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

  /** Settings of Java's that each JVM tells of, among what a test reads of a command. */
  static final Set<String> TOLD_OF =
      Set.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

  private final Scratch scratch = Scratch.named("tunemesh-e2e");
  private final Home home = new Home(PROJECT, scratch.folder());
  private final Map<Process, Path> outputs = new HashMap<>();

  static LocalMesh start() throws IOException, InterruptedException {
    LocalMesh mesh = new LocalMesh();
    mesh.mesh("up", "--port", "0");
    return mesh;
  }

  Home home() {
    return home;
  }

  MeshState state() {
    return MeshState.read(home).orElseThrow();
  }

  /** Runs {@code ./mesh arguments}, which must succeed, and returns what it printed. */
  String mesh(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PROJECT.resolve("mesh").toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Begins {@code ./mesh arguments}, whose end is the caller's to wait for. */
  Process begin(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROJECT.resolve("mesh").toString()));
    command.addAll(List.of(arguments));
    return begin(command);
  }

  /** What a process of {@link #begin} has printed so far. */
  String printed(Process process) throws IOException {
    return Files.readString(outputs.get(process));
  }

  /**
   * Runs a Python script of the tests with the mesh's address and key in its environment, and
   * returns what it printed.
   */
  String python(String script, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                home.python().toString(),
                Path.of("src/test/python").toAbsolutePath().resolve(script).toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    mesh("down");
    scratch.close();
  }

  private Process begin(List<String> command) throws IOException {
    Path output = Files.createTempFile(home.folder(), "mesh", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeAll(TOLD_OF);
    builder.environment().put("TUNEMESH_HOME", home.folder().toString());
    builder.environment().put("TUNEMESH_BUILT", "1");
    MeshState.read(home)
        .ifPresent(
            state -> {
              builder.environment().put("OPENAI_BASE_URL", state.url() + "/v1");
              builder.environment().put("OPENAI_API_KEY", state.key());
            });
    Process process = builder.start();
    outputs.put(process, output);
    return process;
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Process process = begin(command);
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    String text = printed(process);
    if (!ended) {
      process.destroyForcibly();
      Assertions.fail(command + " did not end:\n" + text);
    }
    Assertions.assertEquals(0, process.exitValue(), () -> command + " failed:\n" + text);
    return text;
  }
}
