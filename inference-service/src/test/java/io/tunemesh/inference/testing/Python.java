package io.tunemesh.inference.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the project's Python scripts as a client would. */
public final class Python {

  private static final String PYTHON =
      System.getenv().getOrDefault("TUNEMESH_PYTHON", "../.mesh/venv/bin/python");

  private Python() {}

  /** Starts the engine with those options; it ends with this process. */
  public static Process engine(String... options) throws IOException {
    String python = Path.of(PYTHON).toAbsolutePath().normalize().toString();
    List<String> command = new ArrayList<>(List.of(python, "-m", "engine", "--exit-with-parent"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .directory(Path.of("engine").toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** What the script below {@code src/test/python} printed; fails if the script does. */
  public static String run(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(PYTHON, "src/test/python/" + script));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(script + " failed: " + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
