package io.tunemesh.trainer.run;

import io.tunemesh.contract.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A child process that holds one base model and runs one job after another. It ends with this
 * process, since its standard input ends then. It sees none of our secrets.
 */
final class PythonWorker implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(PythonWorker.class);

  private final String base;
  private final Process process;
  private final OutputStream stdin;
  private final Path readyFile;
  private final EventTail ready;
  private final Path log;
  private WorkerEvent.Ready loaded;

  private PythonWorker(String base, Process process, Path ready, Path log) {
    this.base = base;
    this.process = process;
    this.stdin = process.getOutputStream();
    this.readyFile = ready;
    this.ready = new EventTail(ready);
    this.log = log;
  }

  /** Starts a worker that begins to load {@code folder}, the model {@code base}. */
  static PythonWorker start(RunConfig config, String base, Path folder)
      throws IOException, WorkerUnusable {
    Path logs = Files.createDirectories(config.work().toAbsolutePath().resolve("workers"));
    String name = UUID.randomUUID().toString();
    Path ready = logs.resolve(name + ".ready");
    Path log = logs.resolve(name + ".log");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--base", folder.toString(), "--ready", ready.toString()));
    config.threads().ifPresent(n -> arguments.addAll(List.of("--threads", String.valueOf(n))));
    ProcessBuilder builder =
        PythonModule.builder(config, config.module(), arguments)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    try {
      Process process = builder.start();
      LOG.infof("A worker starts, base=%s, pid=%d, log=%s", base, process.pid(), log);
      return new PythonWorker(base, process, ready, log);
    } catch (IOException e) {
      if (Files.isExecutable(Path.of(builder.command().getFirst()))) {
        throw e; // such as one for which there is no memory now
      }
      throw new WorkerUnusable(
          "worker_not_started",
          "The Python worker cannot be started (%s). Set tunemesh.trainer.python to an interpreter that has PyTorch."
              .formatted(e.getMessage()),
          true);
    }
  }

  String base() {
    return base;
  }

  boolean alive() {
    return process.isAlive();
  }

  /**
   * Whether the base is loaded by now.
   *
   * @throws WorkerUnusable if this worker never will have it
   */
  boolean loaded() throws IOException, WorkerUnusable {
    for (WorkerEvent event : loaded != null ? List.<WorkerEvent>of() : ready.read()) {
      switch (event) {
        case WorkerEvent.Ready ok -> {
          loaded = ok;
          LOG.infof("A worker is ready, base=%s, device=%s, s=%s", base, ok.device(), ok.seconds());
        }
        case WorkerEvent.Failed failed ->
            throw new WorkerUnusable(failed.code(), failed.reason(), failed.retry());
        default -> {}
      }
    }
    return loaded != null;
  }

  /** What it said of itself when its base was loaded; null before. */
  WorkerEvent.Ready account() {
    return loaded;
  }

  void send(Object line) throws IOException {
    byte[] json = (Json.MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    stdin.write(json);
    stdin.flush();
  }

  /** How the process ended and the last thing it said, for a sentence about a crash. */
  String lastWords() {
    return PythonModule.lastWords(process, log);
  }

  /** Ends the process now, in the middle of whatever it does. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends an idle worker by the end of its input. The log of one that was killed stays. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(readyFile);
      stdin.close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        kill();
      }
      if (!process.isAlive() && process.exitValue() == 0) {
        Files.deleteIfExists(log);
      }
    } catch (IOException e) {
      kill();
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
