package io.tunemesh.local;

import io.tunemesh.local.MeshState.PartState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends processes of a mesh whose supervisor is gone, and no others: a process is one of them by its
 * pid and start time in the state, or by the mark in its environment.
 */
public final class Orphans {

  /** The variable that every process of a mesh has from its supervisor, with the mesh's folder. */
  static final String MARK = "TUNEMESH_PART_OF";

  private static final int PATIENCE_S = 10;

  private Orphans() {}

  /** Ends all that still lives of the mesh of {@code home}; PostgreSQL last, and in peace. */
  static int end(Home home, Optional<MeshState> state) {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    state.ifPresent(s -> s.services().values().forEach(part -> find(part).ifPresent(found::add)));
    found.addAll(marked(home));
    found.forEach(Orphans::kill);
    Optional<ProcessHandle> postgres = postgres(home);
    postgres.ifPresent(process -> ask(process, PATIENCE_S));
    return found.size() + postgres.map(process -> 1).orElse(0);
  }

  /** The living processes that bear the mark of {@code home}. */
  public static List<ProcessHandle> marked(Home home) {
    String mark = MARK + "=" + home.folder();
    List<ProcessHandle> found = new ArrayList<>();
    ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> environment(process).contains(mark))
        .forEach(found::add);
    return found;
  }

  /** Asks a process to end, and kills it if it has not after {@code seconds}. */
  static void ask(ProcessHandle process, int seconds) {
    process.destroy();
    if (!gone(process, seconds)) {
      kill(process);
    }
  }

  /** Kills a process and those that it started, and waits until they are gone. */
  static void kill(ProcessHandle process) {
    var all = new ArrayList<>(List.of(process));
    process.descendants().forEach(all::add);
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> gone(one, PATIENCE_S));
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
        .filter(Orphans::lives)
        .filter(
            process ->
                process
                    .info()
                    .startInstant()
                    .map(instant -> Math.abs(instant.toEpochMilli() - started) < 2000)
                    .orElse(false));
  }

  /** False too for a dead process that its parent has not taken note of, as in some containers. */
  static boolean lives(ProcessHandle process) {
    return process.isAlive() && !zombie(process);
  }

  private static boolean gone(ProcessHandle process, int seconds) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (lives(process)) {
      if (System.nanoTime() > until) {
        return false;
      }
      try {
        process.onExit().get(100, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Looked at again, since a zombie never exits.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return true;
  }

  private static boolean zombie(ProcessHandle process) {
    try {
      String stat = Files.readString(proc(process, "stat"), StandardCharsets.ISO_8859_1);
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> environment(ProcessHandle process) {
    try {
      byte[] all = Files.readAllBytes(proc(process, "environ"));
      return List.of(new String(all, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Path proc(ProcessHandle process, String file) {
    return Path.of("/proc", String.valueOf(process.pid()), file);
  }

  private static Optional<ProcessHandle> find(PartState part) {
    return part.pid() == null ? Optional.empty() : live(part.pid(), part.started());
  }
}
