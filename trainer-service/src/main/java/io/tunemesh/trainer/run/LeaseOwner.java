package io.tunemesh.trainer.run;

import io.tunemesh.platform.event.Ids;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Names this process in leases, so that another on the same host can tell that it is dead and take
 * its jobs over without waiting.
 *
 * @param host the host since its last start, and the space in which its process ids count
 * @param started tells a process from a later one with its id, whatever becomes of the clock: clock
 *     ticks from the host's start to the process's, or milliseconds where the system tells no ticks
 */
public record LeaseOwner(String host, long pid, long started) {

  public static LeaseOwner ofThisProcess() {
    return of(ProcessHandle.current());
  }

  static LeaseOwner of(ProcessHandle process) {
    return new LeaseOwner(bootId() + "+" + pidSpace(), process.pid(), startOf(process));
  }

  /** Those of {@code owners} that were processes of this host and are no more. */
  public List<String> deadAmong(List<String> owners) {
    return owners.stream().filter(owner -> owner != null && isDead(owner)).toList();
  }

  private boolean isDead(String owner) {
    String[] parts = owner.split("/");
    if (parts.length != 3 || !parts[0].equals(host)) {
      return false;
    }
    long theirs = Long.parseLong(parts[1]);
    long since = Long.parseLong(parts[2]);
    return ProcessHandle.of(theirs).filter(p -> p.isAlive() && startOf(p) == since).isEmpty();
  }

  private static long startOf(ProcessHandle process) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
      // field 22 of proc(5); the second, the program's name, may hold blanks and brackets
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(fields[19]);
    } catch (IOException e) {
      return startInstantOf(process);
    }
  }

  private static long startInstantOf(ProcessHandle process) {
    return process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
  }

  /** No two hosts have the same, unlike their names; where the system tells none, the name. */
  private static String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return hostName();
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replace('/', '-');
    } catch (UnknownHostException e) {
      return Ids.random("host-");
    }
  }

  /** Containers may share a host's name but not its process ids. */
  private static String pidSpace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().replace('/', '-');
    } catch (IOException | UnsupportedOperationException e) {
      return "host";
    }
  }

  @Override
  public String toString() {
    return host + "/" + pid + "/" + started;
  }
}
