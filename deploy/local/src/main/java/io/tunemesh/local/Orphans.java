package io.tunemesh.local;

import io.tunemesh.local.MeshState.PartState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Ends processes of a mesh whose supervisor is gone, and no others: pid and start time must both
 * fit.
 */
public final class Orphans {

  private Orphans() {}

  /**
   * Ends all that {@code state} lists and that still lives, then a PostgreSQL that outlived its
   * starter.
   */
  static void end(Home home, MeshState state) {
    state.services().values().forEach(part -> find(part).ifPresent(Orphans::kill));
    postgres(home).ifPresent(Orphans::kill);
  }

  /** Kills a process and those that it started, and waits until they are gone. */
  static void kill(ProcessHandle process) {
    var children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    children.forEach(child -> child.onExit().join());
  }

  /** The PostgreSQL server of this home, if it runs. */
  public static Optional<ProcessHandle> postgres(Home home) {
    Path file = home.data("postgres").resolve("postmaster.pid");
    try {
      return Files.exists(file)
          ? ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()))
              .filter(p -> p.info().command().map(c -> c.contains("postgres")).orElse(false))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The living process with that pid which began then, to two seconds: the clock may be set
   * meanwhile.
   */
  static Optional<ProcessHandle> live(long pid, long started) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process ->
                process
                    .info()
                    .startInstant()
                    .map(instant -> Math.abs(instant.toEpochMilli() - started) < 2000)
                    .orElse(false));
  }

  private static Optional<ProcessHandle> find(PartState part) {
    return part.pid() == null ? Optional.empty() : live(part.pid(), part.started());
  }
}
