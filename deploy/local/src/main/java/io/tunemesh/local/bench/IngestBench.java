package io.tunemesh.local.bench;

import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.file.Path;

/** How fast large workbooks and tables become records, and what that costs in memory. */
final class IngestBench {

  private final Home home;
  private final MeshState mesh;
  private final IngestProcesses processes;

  IngestBench(Home home, MeshState mesh) {
    this.home = home;
    this.mesh = mesh;
    this.processes = new IngestProcesses(home);
  }

  /** Measures the tables alone, without a mesh. */
  static void tables(Home home) throws IOException, InterruptedException {
    new IngestTables(new IngestProcesses(home), folder(home)).run();
  }

  private static Path folder(Home home) {
    return home.project().resolve("deploy/local/target/bench");
  }

  void run() throws IOException, InterruptedException {
    Path folder = folder(home);
    for (boolean shared : new boolean[] {false, true}) {
      String texts = shared ? "shared texts" : "texts in cells";
      Path book = IngestBook.of(folder, shared);
      new IngestWorkbooks(processes, texts).run(book);
      new IngestRoad(mesh, texts).run(book);
    }
    IngestTableRoad road = new IngestTableRoad(new Api(mesh));
    for (IngestTables.Measured table : new IngestTables(processes, folder).run()) {
      road.run(table);
    }
  }
}
