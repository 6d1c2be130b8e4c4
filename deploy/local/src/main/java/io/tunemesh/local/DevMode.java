package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@code mesh dev} takes a service from the supervisor: by a file with its own pid, which
 * counts while it lives.
 */
final class DevMode {

  private DevMode() {}

  static Optional<Long> pid(Home home, String service) {
    Path file = file(home, service);
    try {
      return Files.exists(file)
          ? Optional.of(Long.parseLong(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  static void take(Home home, String service) throws IOException {
    Files.writeString(file(home, service), String.valueOf(ProcessHandle.current().pid()));
  }

  static void giveBack(Home home, String service) {
    try {
      Files.deleteIfExists(file(home, service));
    } catch (IOException e) {
      System.err.println("Delete " + file(home, service) + " by hand: " + e.getMessage());
    }
  }

  private static Path file(Home home, String service) {
    return home.run(service + ".dev");
  }
}
