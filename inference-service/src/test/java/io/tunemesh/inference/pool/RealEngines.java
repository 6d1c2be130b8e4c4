package io.tunemesh.inference.pool;

import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tunemesh.inference.testing.Python;
import io.tunemesh.parts.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pool of two processes of the project's engine, with a tiny model. */
public class RealEngines implements QuarkusTestResourceLifecycleManager {

  static final String MODEL = "tiny";

  /** Also a slow and busy machine has started an engine by then. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final List<Running> RUNNING = new ArrayList<>();
  private static Path folder;
  private Scratch scratch;

  /** An engine's process and its address. */
  record Running(Process process, String url) {}

  static List<Running> running() {
    return RUNNING;
  }

  /** A LoRA adapter as PEFT writes it. */
  static Path adapter() {
    return folder.resolve("adapter");
  }

  @Override
  public Map<String, String> start() {
    try {
      scratch = Scratch.named("tunemesh-engines");
      folder = scratch.folder();
      Path adapters = Files.createDirectory(folder.resolve("served"));
      Python.run("make_tiny.py", folder.toString());
      Map<String, String> config = new HashMap<>();
      config.put("tunemesh.engine.adapters", adapters.toString());
      // Engines that work beside all else that runs may take their time, but not to say how they
      // are. The settings of the stub engine hold here too, where nothing else is said.
      config.put("tunemesh.adapters.patience", "60s");
      config.put("tunemesh.engine.answer-timeout", "60s");
      config.put("tunemesh.engine.list-timeout", "10s");
      config.put("tunemesh.pool.suspect-after", "1s");
      config.put("tunemesh.pool.pause.well", "60s");
      config.put("tunemesh.pool.requests-per-copy", "1000");
      config.put("tunemesh.pool.pause.silent", "3s");
      List<Process> processes = List.of(engine(0, adapters), engine(1, adapters));
      for (int i = 0; i < 2; i++) {
        String url = "http://127.0.0.1:" + port(processes.get(i), i);
        RUNNING.add(new Running(processes.get(i), url));
        config.put("tunemesh.engines[" + i + "].url", url);
        config.put("tunemesh.engines[" + i + "].model", MODEL);
      }
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    RUNNING.forEach(engine -> engine.process().destroyForcibly().onExit().join());
    RUNNING.clear();
    scratch.close();
  }

  private static Process engine(int number, Path adapters) throws IOException {
    return Python.engine(
        "--model",
        folder.resolve("model").toString(),
        "--served-model-name",
        MODEL,
        "--device",
        "cpu",
        "--port",
        "0",
        "--port-file",
        portFile(number).toString(),
        "--adapter-root",
        adapters.toString());
  }

  private static Path portFile(int number) {
    return folder.resolve("port-" + number);
  }

  private static String port(Process process, int number) throws IOException {
    await()
        .atMost(PATIENCE)
        .failFast("an engine ended at once", () -> !process.isAlive())
        .until(() -> Files.exists(portFile(number)));
    return Files.readString(portFile(number)).strip();
  }
}
