package io.tunemesh.local;

import io.tunemesh.local.MeshState.PartState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

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
    Optional<ProcessHandle> postgres = postgres(home);
    Set<ProcessHandle> found = new LinkedHashSet<>();
    state.ifPresent(s -> s.services().values().forEach(part -> find(part).ifPresent(found::add)));
    found.addAll(marked(home));
    List.copyOf(found).forEach(process -> found.addAll(family(process)));
    postgres.ifPresent(process -> found.removeAll(family(process)));
    killAll(found);
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
    killAll(family(process));
  }

  private static void killAll(Collection<ProcessHandle> processes) {
    processes.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(one -> gone(one, PATIENCE_S));
  }

  private static List<ProcessHandle> family(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants()).toList();
  }

  /**
   * The PostgreSQL server of this home, if it runs. After a crash its file stays, and the pid in it
   * may be another's by now, even another PostgreSQL's.
   */
  public static Optional<ProcessHandle> postgres(Home home) {
    Path folder = home.data("postgres");
    Path file = folder.resolve("postmaster.pid");
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      List<String> lines = Files.readAllLines(file);
      return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
          .filter(p -> p.info().command().map(c -> c.contains("postgres")).orElse(false))
          .filter(p -> worksIn(p, folder).orElseGet(() -> wrote(p, lines, folder)));
    } catch (IOException | NumberFormatException | NoSuchElementException e) {
      return Optional.empty();
    }
  }

  /** PostgreSQL's processes work in its data folder. Empty where the system does not tell. */
  private static Optional<Boolean> worksIn(ProcessHandle process, Path folder) {
    try {
      return Optional.of(Files.isSameFile(proc(process, "cwd"), folder));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether {@code lines}, of a {@code postmaster.pid}, are by that process: the second is its data
   * folder, the third when it began, in seconds since 1970.
   */
  static boolean wrote(ProcessHandle process, List<String> lines, Path folder) {
    try {
      return lines.size() > 2
          && Files.isSameFile(Path.of(lines.get(1).strip()), folder)
          && began(process, 1000 * Long.parseLong(lines.get(2).strip()), 5000);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The living process with that pid which began then, to two seconds: the clock may be set
   * meanwhile.
   */
  static Optional<ProcessHandle> live(long pid, long started) {
    return ProcessHandle.of(pid)
        .filter(Orphans::lives)
        .filter(process -> began(process, started, 2000));
  }

  private static boolean began(ProcessHandle process, long at, long within) {
    return process
        .info()
        .startInstant()
        .map(instant -> Math.abs(instant.toEpochMilli() - at) < within)
        .orElse(false);
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
