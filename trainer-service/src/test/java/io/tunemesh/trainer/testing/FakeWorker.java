package io.tunemesh.trainer.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tunemesh.parts.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Gives the trainer a worker that does what a test's dataset tells it, base models for it, and one
 * real base model, which a script makes. What ends a lease or a worker is longer than a slow
 * machine may stand still; a test that wants such an end brings it about itself.
 */
public class FakeWorker implements QuarkusTestResourceLifecycleManager {

  /** The interpreter of the project's environment. */
  public static final String PYTHON =
      System.getenv().getOrDefault("TUNEMESH_PYTHON", "../.mesh/venv/bin/python");

  private Scratch scratch;

  @Override
  public Map<String, String> start() {
    try {
      scratch = Scratch.named("tunemesh-trainer-test");
      Path folder = scratch.folder();
      Path fake = Files.createDirectories(folder.resolve("fake"));
      Path broken = Files.createDirectories(folder.resolve("broken"));
      Files.createFile(broken.resolve("broken"));
      return Map.ofEntries(
          Map.entry("tunemesh.trainer.python", PYTHON),
          Map.entry("tunemesh.trainer.runtime", "src/test/python"),
          Map.entry("tunemesh.trainer.module", "fake_worker"),
          Map.entry("tunemesh.trainer.threads", "1"),
          Map.entry("tunemesh.trainer.work", folder.resolve("work").toString()),
          Map.entry("tunemesh.trainer.models.tunemesh-starter", fake.toString()),
          Map.entry(
              "tunemesh.trainer.base-models",
              "broken-base=%s,tiny=%s,tiny-encoder=%s"
                  .formatted(broken, folder.resolve("tiny"), folder.resolve("tiny-encoder"))),
          Map.entry("test.tiny-base", folder.resolve("tiny").toString()),
          Map.entry("test.tiny-encoder", folder.resolve("tiny-encoder").toString()),
          Map.entry("tunemesh.trainer.lease", "30s"),
          Map.entry("tunemesh.trainer.renew", "1s"),
          Map.entry("tunemesh.trainer.poll", "100ms"),
          Map.entry("tunemesh.trainer.silence", "30s"),
          Map.entry("tunemesh.trainer.grace", "10s"),
          Map.entry("tunemesh.trainer.backoff", "50ms"),
          Map.entry("tunemesh.trainer.storage-backoff", "200ms"),
          Map.entry("tunemesh.trainer.queue.avoid", "50ms"),
          Map.entry("tunemesh.trainer.export.module", "fake_export"),
          Map.entry("tunemesh.trainer.export.backoff", "50ms"),
          Map.entry("tunemesh.trainer.export.poll", "100ms"),
          Map.entry("tunemesh.trainer.export.limit", "10m"),
          Map.entry("tunemesh.streams.per-tenant", "4"),
          Map.entry("tunemesh.trainer.max-attempts", "3"),
          Map.entry("tunemesh.trainer.progress-interval", "1ms"),
          Map.entry("quarkus.http.test-port", "0"),
          Map.entry("quarkus.datasource.jdbc.acquisition-timeout", "60"),
          Map.entry("tunemesh.trainer.slots", "2"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    scratch.close();
  }
}
