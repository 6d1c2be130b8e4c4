package io.tunemesh.local.bench;

import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How fast the trainer learns on the CPU beside transformers Trainer + PEFT on the starter model: a
 * program of the trainer's own, which prints the figures itself.
 */
final class TrainerBench {

  private final Home home;

  TrainerBench(Home home) {
    this.home = home;
  }

  void run() throws IOException, InterruptedException {
    Path runtime = home.project().resolve("trainer-service/runtime");
    int status =
        new ProcessBuilder(home.python().toString(), "-m", "bench.cpu")
            .directory(runtime.toFile())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new Fault("The trainer's benchmark ended with status " + status + "; see above.");
    }
  }
}
