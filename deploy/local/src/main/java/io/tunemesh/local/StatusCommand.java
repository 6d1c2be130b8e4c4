package io.tunemesh.local;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what runs. Exit code 0 if every part is ready, else 3. */
@Command(name = "status", description = "Show what runs.")
public final class StatusCommand implements Callable<Integer> {

  @Option(names = "--json", description = "For programs: url, key, kafka, services.")
  boolean json;

  @Override
  public Integer call() {
    Optional<MeshState> state = MeshState.read(Home.ofEnvironment()).filter(MeshState::alive);
    if (json) {
      System.out.println(state.map(MeshState::json).orElse("{\"services\": {}}"));
    } else if (state.isEmpty()) {
      System.out.println("The mesh is not up. Start it: ./mesh up");
    } else {
      state.get().services().forEach(StatusCommand::line);
      System.out.printf("%nAPI    %s/v1%nKafka  %s%n", state.get().url(), state.get().kafka());
    }
    return state.filter(MeshState::ready).isPresent() ? 0 : 3;
  }

  private static void line(String name, MeshState.PartState part) {
    System.out.printf(
        "%-18s %-10s %8s  %s%s%n",
        name,
        part.state(),
        part.pid() == null ? "-" : part.pid(),
        part.url() == null ? "" : part.url(),
        part.restarts() == 0 ? "" : "  started again " + part.restarts() + " times");
  }
}
