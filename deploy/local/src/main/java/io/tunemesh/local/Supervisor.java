package io.tunemesh.local;

import io.tunemesh.local.MeshState.PartState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Runs the mesh: starts the broker and the database, then the engine and the services, and starts
 * again what dies, until it is told to end. It is the process behind {@code mesh up}.
 */
final class Supervisor {

  private static final long LOOK_MS = 100;

  private final Home home;
  private final int port;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  Supervisor(Home home, int port) {
    this.home = home;
    this.port = port;
  }

  void run() throws IOException, InterruptedException {
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
      ground.forEach(RunningPart::start);
      tend(all, start, () -> ground.stream().allMatch(RunningPart::ready));
      services.forEach(RunningPart::start);
      tend(all, start, () -> false);
    } finally {
      try {
        services.parallelStream().forEach(RunningPart::stop);
        ground.parallelStream().forEach(RunningPart::stop);
        write(all, start);
      } finally {
        stopped.countDown();
      }
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
