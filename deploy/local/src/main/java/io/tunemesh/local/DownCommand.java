package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Ends every process of the mesh; its data stay. */
@Command(name = "down", description = "Stop the mesh; data stay.")
public final class DownCommand implements Callable<Integer> {

  private static final int PATIENCE_S = 240;

  @Override
  public Integer call() throws IOException, InterruptedException {
    System.out.println(
        down(Home.ofEnvironment()) ? "The mesh is down; its data stay." : "The mesh was not up.");
    return 0;
  }

  /** Ends the mesh of {@code home}. False if none was up. */
  static boolean down(Home home) throws IOException, InterruptedException {
    try (HomeLock lock = HomeLock.ofCommands(home)) {
      return end(home, MeshState.read(home).flatMap(MeshState::supervisor));
    }
  }

  /** Ends the mesh that {@code supervisor} runs. */
  static void end(Home home, ProcessHandle supervisor) throws IOException {
    end(home, Optional.of(supervisor));
  }

  private static boolean end(Home home, Optional<ProcessHandle> supervisor) throws IOException {
    if (supervisor.isPresent() && !StartCache.allMade(home)) {
      System.err.println("The services' start caches are made as they end: once a build …");
    }
    supervisor.ifPresent(process -> Orphans.ask(process, PATIENCE_S));
    int developers = DevMode.endAll(home);
    Optional<MeshState> state = MeshState.read(home);
    int orphans = Orphans.end(home, state);
    Files.deleteIfExists(home.run("state.json"));
    return supervisor.isPresent() || state.isPresent() || developers + orphans > 0;
  }
}
