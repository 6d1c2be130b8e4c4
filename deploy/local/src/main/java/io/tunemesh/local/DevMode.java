package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How {@code mesh dev} takes a service from the supervisor: by a file with its own pid and start
 * time, which counts while that process lives.
 */
final class DevMode {

  private static final int PATIENCE_S = 40;

  private DevMode() {}

  /** The {@code mesh dev} that has the service now. */
  static Optional<ProcessHandle> holder(Home home, String service) {
    return processes(home, service).stream().findFirst().flatMap(DevMode::live);
  }

  /** Takes the service, or throws a {@link Fault} that names who has it. */
  static void take(Home home, String service) throws IOException {
    holder(home, service)
        .ifPresent(
            other -> {
              throw new Fault(
                  "%s is developed already, by process %d.".formatted(service, other.pid()));
            });
    Files.writeString(file(home, service), line(ProcessHandle.current()));
  }

  /** Notes a process that has to end with the holder, however that ends. */
  static void note(Home home, String service, ProcessHandle process) throws IOException {
    Files.writeString(file(home, service), line(process), java.nio.file.StandardOpenOption.APPEND);
  }

  /** Ends what a holder has left behind, and gives the service back. */
  static void giveBack(Home home, String service) {
    processes(home, service).stream()
        .skip(1)
        .flatMap(line -> live(line).stream())
        .forEach(Orphans::kill);
    try {
      Files.deleteIfExists(file(home, service));
    } catch (IOException e) {
      System.err.println("Delete " + file(home, service) + " by hand: " + e.getMessage());
    }
  }

  /** Ends every {@code mesh dev} of this home. Returns how many there were. */
  static int endAll(Home home) {
    int ended = 0;
    for (String service : Parts.SERVICES) {
      Optional<ProcessHandle> holder = holder(home, service);
      if (holder.isPresent()) {
        Orphans.ask(holder.get(), PATIENCE_S);
        ended++;
      }
      giveBack(home, service);
    }
    return ended;
  }

  private static List<String> processes(Home home, String service) {
    try {
      Path file = file(home, service);
      return Files.exists(file) ? Files.readAllLines(file) : new ArrayList<>();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<ProcessHandle> live(String line) {
    String[] numbers = line.split(" ");
    try {
      return Orphans.live(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static String line(ProcessHandle process) {
    return "%d %d%n"
        .formatted(process.pid(), process.info().startInstant().orElseThrow().toEpochMilli());
  }

  private static Path file(Home home, String service) {
    return home.run(service + ".dev");
  }
}
