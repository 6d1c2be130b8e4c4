package io.tunemesh.local;

import io.tunemesh.local.MeshState.PartState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * Runs the mesh: starts the broker and the database, then the engine and the services, and starts
 * again what dies, until it is told to end. It is the process behind {@code mesh up}.
 */
final class Supervisor {

  /** The exit code of a supervisor that found another one at work on the same data. */
  static final int ANOTHER_RUNS = 4;

  private static final long LOOK_MS = 100;

  private final Home home;
  private final int port;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  Supervisor(Home home, int port) {
    this.home = home;
    this.port = port;
  }

  /** Returns the exit code when it has ended: 0, or {@link #ANOTHER_RUNS}. */
  int run() throws IOException, InterruptedException {
    Optional<HomeLock> lock = HomeLock.ofSupervisor(home);
    if (lock.isEmpty()) {
      return ANOTHER_RUNS;
    }
    try (HomeLock held = lock.get()) {
      supervise();
      return 0;
    }
  }

  private void supervise() throws IOException, InterruptedException {
    BaseModel model = BaseModel.chosen(home);
    Parts parts = new Parts(home, model);
    List<RunningPart> ground = running(parts.ground());
    List<RunningPart> services = running(parts.services());
    List<RunningPart> all = new ArrayList<>(ground);
    all.addAll(services);
    MeshState start =
        new MeshState(
            ProcessHandle.current().pid(),
            ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli(),
            "http://127.0.0.1:" + port,
            Keys.firstKey(home),
            parts.kafkaServers(),
            parts.databaseUrl(),
            model.id(),
            Map.of());
    ServiceEnvironment.write(home, parts);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    try (Edge edge = Edge.start(port, parts)) {
      start(ground, all, start);
      tend(all, start, () -> ground.stream().allMatch(RunningPart::ready));
      if (!stopping) {
        start(services, all, start);
      }
      tend(all, start, () -> false);
    } finally {
      try {
        stop(services);
        stop(ground);
        write(all, start);
      } finally {
        stopped.countDown();
      }
    }
  }

  /**
   * Starts parts one by one, each written down at once, so that it is found if this process dies.
   */
  private void start(List<RunningPart> parts, List<RunningPart> all, MeshState start) {
    for (RunningPart part : parts) {
      part.start();
      written(all, start);
    }
  }

  private static void stop(List<RunningPart> parts) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      parts.forEach(part -> threads.submit(part::stop));
    }
  }

  private void tend(
      List<RunningPart> parts, MeshState start, java.util.function.BooleanSupplier done)
      throws InterruptedException {
    Map<String, PartState> last = Map.of();
    while (!stopping && !done.getAsBoolean()) {
      parts.forEach(RunningPart::tend);
      Map<String, PartState> now = states(parts);
      if (!now.equals(last)) {
        last = written(parts, start) ? now : last;
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private void stop() {
    stopping = true;
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<RunningPart> running(List<Part> parts) {
    return parts.stream().map(part -> new RunningPart(part, home)).toList();
  }

  /** A status that cannot be written, for a full disk say, is no reason to end what runs. */
  private boolean written(List<RunningPart> parts, MeshState start) {
    try {
      write(parts, start);
      return true;
    } catch (UncheckedIOException e) {
      System.err.println(e.getMessage() + ": " + e.getCause().getMessage());
      return false;
    }
  }

  private void write(List<RunningPart> parts, MeshState start) {
    new MeshState(
            start.pid(),
            start.started(),
            start.url(),
            start.key(),
            start.kafka(),
            start.database(),
            start.baseModel(),
            states(parts))
        .write(home);
  }

  private static Map<String, PartState> states(List<RunningPart> parts) {
    Map<String, PartState> states = new LinkedHashMap<>();
    parts.forEach(part -> states.put(part.name(), part.state()));
    return states;
  }
}
