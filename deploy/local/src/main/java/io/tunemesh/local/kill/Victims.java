package io.tunemesh.local.kill;

import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.Orphans;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The processes of a mesh that may be killed, and their killing. */
final class Victims {

  static final List<String> ALL =
      List.of(
          "ingest-service",
          "dataset-service",
          "trainer-service",
          "inference-service",
          "engine",
          "training worker",
          "broker",
          "database");

  private final Home home;

  Victims(Home home) {
    this.home = home;
  }

  /** All of them in an order by {@code random}. */
  static List<String> shuffled(Random random) {
    List<String> victims = new ArrayList<>(ALL);
    java.util.Collections.shuffle(victims, random);
    return victims;
  }

  /**
   * Sends SIGKILL to the one process that bears the name. False if it does not run at this moment.
   */
  boolean kill(String victim) {
    Optional<ProcessHandle> process =
        switch (victim) {
          case "training worker" ->
              part("trainer-service").flatMap(trainer -> trainer.children().findFirst());
          case "database" -> Orphans.postgres(home);
          default -> part(victim);
        };
    return process.map(ProcessHandle::destroyForcibly).orElse(false);
  }

  private Optional<ProcessHandle> part(String name) {
    return MeshState.read(home)
        .map(state -> state.services().get(name))
        .filter(part -> part.pid() != null)
        .flatMap(part -> ProcessHandle.of(part.pid()));
  }
}
