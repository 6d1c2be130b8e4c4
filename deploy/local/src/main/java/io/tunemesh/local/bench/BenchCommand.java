package io.tunemesh.local.bench;

import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.MeshStart;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.kill.KillHarness;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures. Prints one JSON object a line and figure. */
@Command(name = "bench", description = "Measure: " + BenchCommand.NAMES + ".")
public final class BenchCommand implements Callable<Integer> {

  static final String NAMES =
      "hop, ingest, tables, hostile, dataset, dedupe, start, kill, trainer, gateway, adapters, rag";

  @Parameters(
      paramLabel = "NAME",
      description =
          "hop: an event's way; ingest: large workbooks and tables; tables: these alone;"
              + " hostile: files made to hurt;"
              + " dataset: exam rows; dedupe: near-duplicates; start: start-up and memory;"
              + " kill: faults in a run; trainer: training on the CPU;"
              + " gateway: what it costs, engines that go away;"
              + " adapters: how soon one answers, more than fit;"
              + " rag: how well and how fast passages are found.")
  String name;

  @Option(names = "--seed", description = "kill: repeat a run of faults.")
  Long seed;

  @Option(names = "--rounds", defaultValue = "5", description = "kill: how many runs (5).")
  int rounds;

  @Override
  public Integer call() throws Exception {
    Home home = Home.ofEnvironment();
    switch (name) {
      case "tables" -> IngestBench.tables(home);
      case "dataset" -> new DatasetBench(home).run();
      case "dedupe" -> new DedupeBench(home).run();
      case "gateway" -> new GatewayBench(home).run();
      case "trainer" -> new TrainerBench(home).run();
      case "adapters" -> new AdaptersBench(home).run();
      case "rag" -> new RagBench(home).run();
      default -> measure(home, MeshStart.forNow(home, null, null));
    }
    return 0;
  }

  private void measure(Home home, MeshState mesh) throws Exception {
    switch (name) {
      case "hop" -> new HopBench(mesh).run();
      case "ingest" -> new IngestBench(home, mesh).run();
      case "hostile" -> new IngestHostile(home, mesh).run();
      case "start" -> new StartBench(home).run();
      case "kill" -> {
        KillHarness harness =
            new KillHarness(home, seed == null ? System.nanoTime() : seed, System.out);
        for (int round = 0; round < rounds; round++) {
          harness.round();
        }
      }
      default -> throw new Fault("There is no benchmark '" + name + "'. There are: " + NAMES + ".");
    }
  }
}
