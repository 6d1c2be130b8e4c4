package io.tunemesh.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes sure that a mesh runs. Of several that start one at the same moment, one does and the
 * others wait for it.
 */
public final class MeshStart {

  private static final long PATIENCE_MS = 300_000;
  private static final long LOOK_MS = 50;
  private static final int HOPELESS_RESTARTS = 5;

  private final Home home;
  private Process supervisor;
  private long logBefore;
  private boolean undone;

  private MeshStart(Home home) {
    this.home = home;
  }

  /**
   * Returns when every part is ready.
   *
   * @param port null for the usual one
   * @param baseModel a model's folder or {@code starter}; null for the one chosen before
   */
  public static MeshState up(Home home, Integer port, String baseModel)
      throws IOException, InterruptedException {
    return new MeshStart(home).up(port, baseModel);
  }

  /**
   * As {@code up}, for as long as this process lives: however it ends, a mesh that it has started
   * goes down with it. One that was up before stays up.
   */
  public static MeshState forNow(Home home, Integer port, String baseModel)
      throws IOException, InterruptedException {
    MeshStart start = new MeshStart(home);
    Runtime.getRuntime().addShutdownHook(new Thread(start::undo));
    return start.up(port, baseModel);
  }

  private MeshState up(Integer port, String baseModel) throws IOException, InterruptedException {
    try (HomeLock lock = HomeLock.ofCommands(home)) {
      Optional<MeshState> before = MeshState.read(home);
      if (before.filter(MeshState::alive).isPresent()) {
        if (baseModel != null && !BaseModel.named(home, baseModel).equals(BaseModel.chosen(home))) {
          throw new Fault("The mesh is up with another choice of model. First: ./mesh down");
        }
      } else {
        start(before, port, baseModel);
      }
    }
    return awaitReady();
  }

  private void start(Optional<MeshState> before, Integer port, String baseModel)
      throws IOException, InterruptedException {
    Orphans.end(home, before);
    if (baseModel != null) {
      BaseModel.choose(home, baseModel);
    }
    int chosen = MachineCheck.port(port, System.getenv("TUNEMESH_PORT"));
    MachineCheck.room(home, MachineCheck.NEEDED_BYTES);
    Files.deleteIfExists(home.run("state.json"));
    spawn(chosen);
    while (MeshState.read(home).isEmpty() && supervisor.isAlive()) {
      Thread.sleep(LOOK_MS);
    }
  }

  private synchronized void spawn(int port) throws IOException {
    if (undone) {
      throw new Fault("It was ended before it began.");
    }
    Path log = home.log("supervisor");
    logBefore = Files.exists(log) ? Files.size(log) : 0;
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    "setsid",
                    Home.java(),
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--sun-misc-unsafe-memory-access=allow",
                    Main.class.getName(),
                    "supervise",
                    String.valueOf(port)))
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put(Orphans.MARK, home.folder().toString());
    // not as an argument: Linux tells other processes no command line that is longer than a page
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    supervisor = builder.start();
  }

  private MeshState awaitReady() throws IOException, InterruptedException {
    long until = System.currentTimeMillis() + PATIENCE_MS;
    Optional<MeshState> state = Optional.empty();
    while (System.currentTimeMillis() < until) {
      state = MeshState.read(home);
      boolean alive = state.filter(MeshState::alive).isPresent();
      if (alive && state.get().ready()) {
        return state.get();
      }
      if (supervisor != null && !supervisor.isAlive()) {
        if (supervisor.exitValue() != Supervisor.ANOTHER_RUNS) {
          throw failed();
        }
        supervisor = null;
      } else if (supervisor == null && state.isPresent() && !alive) {
        throw new Fault("The mesh went down meanwhile. Again: ./mesh up");
      }
      if (supervisor != null) {
        state.ifPresent(MeshStart::refuseHopeless);
      }
      Thread.sleep(LOOK_MS);
    }
    String waiting =
        state.stream()
            .flatMap(s -> s.services().entrySet().stream())
            .filter(part -> !part.getValue().ready())
            .map(part -> part.getKey())
            .reduce((a, b) -> a + ", " + b)
            .orElse("supervisor");
    throw new Fault(
        "Not ready after %d s: %s. See ./mesh logs NAME, or ./mesh down."
            .formatted(PATIENCE_MS / 1000, waiting));
  }

  private static void refuseHopeless(MeshState state) {
    state
        .services()
        .forEach(
            (name, part) -> {
              if (part.restarts() >= HOPELESS_RESTARTS && !part.ready()) {
                throw new Fault(
                    "%s ends again and again as it starts. Its log says why: ./mesh logs %s"
                        .formatted(name, name));
              }
            });
  }

  /** What the supervisor said last, in its own words where it found some. */
  private Fault failed() throws IOException {
    Path log = home.log("supervisor");
    byte[] all = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
    int from = (int) Math.min(logBefore, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("mesh: "))
        .reduce((first, second) -> second)
        .map(line -> new Fault(line.substring("mesh: ".length())))
        .orElse(new Fault("The mesh did not start. Its log says why: ./mesh logs supervisor"));
  }

  /** Runs as this process ends, so it holds whatever lock the process holds. */
  private synchronized void undo() {
    undone = true;
    if (supervisor == null) {
      return;
    }
    try {
      DownCommand.end(home, supervisor.toHandle());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("mesh: " + e.getMessage() + ". End what runs by: ./mesh down");
    }
  }
}
