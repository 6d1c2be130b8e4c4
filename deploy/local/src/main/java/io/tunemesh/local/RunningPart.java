package io.tunemesh.local;

import io.tunemesh.local.MeshState.PartState;
import java.io.IOException;

/** A part under supervision: its process, and how often it had to be started again. */
final class RunningPart {

  private static final long FIRST_PAUSE_MS = 200;
  private static final long LONGEST_PAUSE_MS = 5_000;
  private static final long SETTLED_MS = 30_000;
  private static final int END_PATIENCE_S = 150;

  private final Part part;
  private final Home home;
  private Process process;
  private String state = "stopped";
  private int restarts;
  private long pause = FIRST_PAUSE_MS;
  private long startedAt;
  private long startAgainAt;

  RunningPart(Part part, Home home) {
    this.part = part;
    this.home = home;
  }

  String name() {
    return part.name();
  }

  boolean ready() {
    return state.equals("ready") || state.equals("dev");
  }

  void start() {
    ProcessBuilder builder =
        new ProcessBuilder(part.command().get())
            .directory(part.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(part.name()).toFile()));
    builder.environment().putAll(part.environment());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new Fault(part.name() + " cannot be started: " + e.getMessage());
    }
    startedAt = System.currentTimeMillis();
    state = restarts == 0 ? "starting" : "restarting";
  }

  /**
   * Looks once at the process: notices that it is ready, or has died, and starts it again when its
   * pause is over.
   */
  void tend() {
    boolean developed = developed();
    if (state.equals("dev") && !developed) {
      DevMode.giveBack(home, part.name());
      start();
    } else if (developed && !state.equals("dev")) {
      stop();
      state = "dev";
    } else if (state.equals("dev") || state.equals("stopped")) {
      return;
    } else if (process.isAlive()) {
      if (!state.equals("ready") && Ready.check(part.ready())) {
        state = "ready";
      }
      if (System.currentTimeMillis() - startedAt > SETTLED_MS) {
        pause = FIRST_PAUSE_MS;
      }
    } else if (startAgainAt == 0) {
      state = "restarting";
      startAgainAt = System.currentTimeMillis() + pause;
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    } else if (System.currentTimeMillis() >= startAgainAt) {
      startAgainAt = 0;
      restarts++;
      start();
    }
  }

  /**
   * Ends the process: asks, waits, and kills what has not gone by then. A service that is still
   * starting is killed at once: it has nothing to finish, and its start cache would be of half a
   * start.
   */
  void stop() {
    if (process != null && process.isAlive()) {
      if (part.url() != null && !ready()) {
        Orphans.kill(process.toHandle());
      } else {
        Orphans.ask(process.toHandle(), END_PATIENCE_S);
      }
    }
    state = "stopped";
  }

  PartState state() {
    boolean alive = process != null && process.isAlive();
    return new PartState(
        state,
        alive ? process.pid() : null,
        alive ? process.info().startInstant().map(i -> i.toEpochMilli()).orElse(null) : null,
        part.url(),
        restarts);
  }

  /** Whether a living {@code mesh dev} has taken this part over. */
  private boolean developed() {
    return DevMode.holder(home, part.name()).isPresent();
  }
}
