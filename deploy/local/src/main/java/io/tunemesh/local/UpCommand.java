package io.tunemesh.local;

import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts the mesh in the background and waits until every part is ready. On a mesh that is up, it
 * changes nothing.
 */
@Command(name = "up", description = "Start the mesh.")
public final class UpCommand implements Callable<Integer> {

  private static final long NEEDED_BYTES = 1L << 30;
  private static final long PATIENCE_MS = 120_000;

  @Option(
      names = "--port",
      description = "Where the mesh answers (default: 8700, or TUNEMESH_PORT).")
  Integer port;

  @Option(
      names = "--base-model",
      paramLabel = "FOLDER",
      description = "The model to tune and serve; stays chosen.")
  Path baseModel;

  @Override
  public Integer call() throws IOException, InterruptedException {
    MeshState state = up(Home.ofEnvironment(), port, baseModel);
    System.out.printf("The mesh is up at %s (key in ./mesh status --json).%n", state.url());
    return 0;
  }

  /** Makes sure that a mesh runs and every part is ready. */
  public static MeshState up(Home home, Integer port, Path baseModel)
      throws IOException, InterruptedException {
    Optional<MeshState> before = MeshState.read(home);
    if (before.filter(MeshState::alive).isPresent()) {
      if (baseModel != null
          && !baseModel.toAbsolutePath().normalize().equals(BaseModel.chosen(home).folder())) {
        throw new Fault("The mesh is up with another choice of model. First: ./mesh down");
      }
      return awaitReady(home, null);
    }
    before.ifPresent(state -> Orphans.end(home, state));
    if (baseModel != null) {
      BaseModel.choose(home, baseModel);
    }
    int chosen = port(port);
    checkMachine(home, chosen);
    Files.deleteIfExists(home.run("state.json"));
    Process supervisor = spawn(home, chosen);
    return awaitReady(home, supervisor);
  }

  private static int port(Integer option) {
    String variable = System.getenv("TUNEMESH_PORT");
    int port =
        option != null ? option : variable == null ? 8700 : Integer.parseInt(variable.strip());
    return port == 0 ? Ports.free() : port;
  }

  private static void checkMachine(Home home, int port) throws IOException {
    if (!Ports.isFree(port)) {
      throw new Fault(
          "Port %d is taken by another program. Choose one: ./mesh up --port 8701".formatted(port));
    }
    long free = Files.getFileStore(home.data("kafka")).getUsableSpace();
    if (free < NEEDED_BYTES) {
      throw new Fault(
          "The disk of %s has %d MB left, the mesh wants 1,024. Free some, or set TUNEMESH_HOME to a folder elsewhere."
              .formatted(home.folder(), free >> 20));
    }
    if (!Files.isExecutable(home.python())) {
      throw new Fault("There is no Python at " + home.python() + ". Make it by: ./mesh build");
    }
  }

  private static Process spawn(Home home, int port) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    "setsid",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "supervise",
                    String.valueOf(port)))
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log("supervisor").toFile()));
    return builder.start();
  }

  private static MeshState awaitReady(Home home, Process supervisor) throws InterruptedException {
    long until = System.currentTimeMillis() + PATIENCE_MS;
    while (System.currentTimeMillis() < until) {
      Optional<MeshState> state = MeshState.read(home);
      if (state.filter(MeshState::ready).isPresent()) {
        return state.get();
      }
      if (supervisor != null && !supervisor.isAlive() && supervisor.exitValue() != 0) {
        throw new Fault("The mesh did not start. Its log says why: ./mesh logs supervisor");
      }
      Thread.sleep(50);
    }
    String waiting =
        MeshState.read(home).stream()
            .flatMap(state -> state.services().entrySet().stream())
            .filter(part -> !part.getValue().state().equals("ready"))
            .map(part -> part.getKey())
            .reduce((a, b) -> a + ", " + b)
            .orElse("supervisor");
    throw new Fault(
        "Not ready after 120 s: " + waiting + ". See ./mesh logs NAME, or ./mesh down.");
  }
}
