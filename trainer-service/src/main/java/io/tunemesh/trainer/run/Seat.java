package io.tunemesh.trainer.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The one worker of a slot. It stays for the next job of its base model. */
final class Seat implements AutoCloseable {

  private final RunConfig config;
  private PythonWorker worker;
  private long used = System.nanoTime();

  Seat(RunConfig config) {
    this.config = config;
  }

  /** A living worker for the model {@code base}: the one that sits here, or a new one. */
  synchronized PythonWorker take(String base, Path folder) throws IOException, WorkerUnusable {
    used = System.nanoTime();
    if (worker != null && (!worker.alive() || !worker.base().equals(base))) {
      close();
    }
    if (worker == null) {
      worker = PythonWorker.start(config, base, folder);
    }
    return worker;
  }

  /** The base model that a living worker holds here; null for none. */
  synchronized String base() {
    return worker != null && worker.alive() ? worker.base() : null;
  }

  /** Notes that a job has just ended here. */
  synchronized void used() {
    used = System.nanoTime();
  }

  /** Ends a worker that had no job for long. */
  synchronized void rest() {
    Duration idle = Duration.ofNanos(System.nanoTime() - used);
    if (worker != null && idle.compareTo(config.idle()) > 0) {
      close();
    }
  }

  /** Ends the worker in the middle of whatever it does. */
  synchronized void kill() {
    if (worker != null) {
      worker.kill();
    }
  }

  @Override
  public synchronized void close() {
    if (worker != null) {
      worker.close();
      worker = null;
    }
  }
}
