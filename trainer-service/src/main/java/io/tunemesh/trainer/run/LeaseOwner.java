package io.tunemesh.trainer.run;

import io.tunemesh.platform.event.Ids;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Names this process in leases, so that another on the same host can tell that it is dead and take
 * its jobs over without waiting.
 *
 * @param host the host since its last start, and the space in which its process ids count
 * @param started milliseconds; tells a process from a later one with its id
 */
public record LeaseOwner(String host, long pid, long started) {

  public static LeaseOwner ofThisProcess() {
    ProcessHandle self = ProcessHandle.current();
    return new LeaseOwner(bootId() + "+" + pidSpace(), self.pid(), startOf(self));
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
