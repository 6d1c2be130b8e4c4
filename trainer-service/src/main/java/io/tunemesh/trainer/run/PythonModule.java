package io.tunemesh.trainer.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A module of the runtime as a process of its own, which sees none of our secrets. */
public final class PythonModule {

  private static final Set<String> OURS = Set.of("QUARKUS_", "TUNEMESH_", "KAFKA_", "AWS_");

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

  /** A name without a folder is looked up by the system. */
  private static String interpreter(Path python) {
    return python.getParent() == null ? python.toString() : python.toAbsolutePath().toString();
  }
}
