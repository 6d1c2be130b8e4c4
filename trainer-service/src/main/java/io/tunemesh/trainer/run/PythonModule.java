package io.tunemesh.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** A module of the runtime as a process of its own, which sees none of our secrets. */
public final class PythonModule {

  private static final Set<String> OURS = Set.of("QUARKUS_", "TUNEMESH_", "KAFKA_", "AWS_");

  private static final Logger LOG = Logger.getLogger(PythonModule.class);
  private static final int LONGEST = 300;

  private PythonModule() {}

  /** A process that is not started yet: {@code python -m module arguments}. */
  public static ProcessBuilder builder(RunConfig config, String module, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(interpreter(config.python()), "-m", module));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> OURS.stream().anyMatch(key::startsWith));
    environment.put("PYTHONPATH", config.runtime().toAbsolutePath().normalize().toString());
    environment.put("PYTHONUNBUFFERED", "1");
    return builder;
  }

  /** How a process ended and the last line of its log, for a sentence about a crash. */
  public static String lastWords(Process process, Path log) {
    String status = process.isAlive() ? "no exit status" : "exit status " + process.exitValue();
    try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      String last = lines.filter(line -> !line.isBlank()).reduce("", (a, b) -> b);
      return status + (last.isEmpty() ? "." : ", and its last words were: " + cut(last));
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("The log of a process cannot be read: %s", e.toString());
      return status + ".";
    }
  }

  private static String cut(String line) {
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  /** A name without a folder is looked up by the system. */
  private static String interpreter(Path python) {
    return python.getParent() == null ? python.toString() : python.toAbsolutePath().toString();
  }
}
