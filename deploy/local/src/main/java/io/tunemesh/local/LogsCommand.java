package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the end of a part's log. */
@Command(name = "logs", description = "Show a part's log.")
public final class LogsCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "NAME",
      description = "A service, broker, database, engine or supervisor.")
  String part;

  @Option(
      names = {"-n", "--lines"},
      defaultValue = "200",
      description = "How many lines (200).")
  int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on as the log grows.")
  boolean follow;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path log = Home.ofEnvironment().log(part);
    if (!Files.exists(log)) {
      throw new Fault("There is no log of '%s'. There are: %s".formatted(part, known(log)));
    }
    List<String> command =
        follow
            ? List.of("tail", "-n", String.valueOf(lines), "-F", log.toString())
            : List.of("tail", "-n", String.valueOf(lines), log.toString());
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static String known(Path log) throws IOException {
    try (var files = Files.list(log.getParent())) {
      return files
          .map(f -> f.getFileName().toString().replace(".log", ""))
          .sorted()
          .collect(Collectors.joining(", "));
    }
  }
}
