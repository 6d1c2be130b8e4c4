package io.tunemesh.inference.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs the project's Python scripts as a client would. */
public final class Python {

  private static final String PYTHON =
      System.getenv().getOrDefault("TUNEMESH_PYTHON", "../.mesh/venv/bin/python");

  private Python() {}

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
