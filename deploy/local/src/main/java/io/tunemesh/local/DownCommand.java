package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;

/** Ends every process of the mesh; its data stay. */
@Command(name = "down", description = "Stop the mesh; data stay.")
public final class DownCommand implements Callable<Integer> {

  private static final int PATIENCE_S = 90;

  @Override
  public Integer call() throws IOException {
    System.out.println(
        down(Home.ofEnvironment()) ? "The mesh is down; its data stay." : "The mesh was not up.");
    return 0;
  }

  /** Ends the mesh of {@code home}. False if none was up. */
  public static boolean down(Home home) throws IOException {
    Optional<MeshState> state = MeshState.read(home);
    if (state.isEmpty()) {
      return false;
    }
    state.get().supervisor().ifPresent(DownCommand::end);
    Orphans.end(home, MeshState.read(home).orElse(state.get()));
    Files.deleteIfExists(home.run("state.json"));
    return true;
  }

  private static void end(ProcessHandle supervisor) {
    supervisor.destroy();
    try {
      supervisor.onExit().get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      Orphans.kill(supervisor);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
