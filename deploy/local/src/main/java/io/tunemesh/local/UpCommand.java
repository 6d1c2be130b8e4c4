package io.tunemesh.local;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts the mesh in the background and waits until every part is ready. On a mesh that is up, it
 * changes nothing.
 */
@Command(name = "up", description = "Start the mesh.")
public final class UpCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      description = "Where the mesh answers (default: 8700, or TUNEMESH_PORT).")
  Integer port;

  @Option(
      names = "--base-model",
      paramLabel = "FOLDER",
      description = "The model to tune and serve; stays chosen. 'starter' goes back to our own.")
  String baseModel;

  @Override
  public Integer call() throws IOException, InterruptedException {
    MeshState state = MeshStart.up(Home.ofEnvironment(), port, baseModel);
    System.out.printf("The mesh is up at %s (key in ./mesh status --json).%n", state.url());
    return 0;
  }
}
