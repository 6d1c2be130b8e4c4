package io.tunemesh.local;

import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.nio.file.Files;

/**
 * Looks before a start for what would make it fail; each finding is one line that says what to do.
 */
final class MachineCheck {

  static final long NEEDED_BYTES = 1L << 30;

  private static final int DEFAULT_PORT = 8700;
  private static final int LAST_PORT = 65_535;

  private MachineCheck() {}

  /**
   * The port to answer at: what was asked for, else the variable's, else 8700. 0 stands for one
   * that is free.
   */
  static int port(Integer asked, String variable) {
    int port = asked != null ? asked : variable == null ? DEFAULT_PORT : number(variable.strip());
    if (port < 0 || port > LAST_PORT) {
      throw new Fault("%d is no port. Choose one: ./mesh up --port 8701".formatted(port));
    }
    if (port == 0) {
      return Ports.free();
    }
    if (!Ports.isFree(port)) {
      throw taken(port);
    }
    return port;
  }

  static Fault taken(int port) {
    return new Fault(
        "Port %d is taken by another program. Choose one: ./mesh up --port 8701".formatted(port));
  }

  /** Refuses a disk with less than {@code needed} bytes left, and a Python that is not there. */
  static void room(Home home, long needed) throws IOException {
    long free = Files.getFileStore(home.data("kafka")).getUsableSpace();
    if (free < needed) {
      throw new Fault(
          "The disk of %s has %,d MB left, the mesh wants %,d. Free some, or set TUNEMESH_HOME to a folder elsewhere."
              .formatted(home.folder(), free >> 20, needed >> 20));
    }
    if (!Files.isExecutable(home.python())) {
      throw new Fault("There is no Python at " + home.python() + ". Make it by: ./mesh build");
    }
  }

  private static int number(String variable) {
    try {
      return Integer.parseInt(variable);
    } catch (NumberFormatException e) {
      throw new Fault(
          "TUNEMESH_PORT is '%s', which is no port. Set it to a number, or unset it."
              .formatted(variable));
    }
  }
}
