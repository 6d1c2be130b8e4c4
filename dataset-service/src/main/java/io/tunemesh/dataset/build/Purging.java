package io.tunemesh.dataset.build;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.dataset.augment.Generations;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Removes what deleted datasets have in the blob store, and what they asked served models. Any
 * number of replicas may do so at once; what one that died has left, another removes.
 */
@ApplicationScoped
class Purging {

  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Leases leases;
  private final BlobStore blobs;
  private final Generations generations;
  private final Loop loop = new Loop("dataset-purge", EVERY, this::purge);

  Purging(Leases leases, BlobStore blobs, Generations generations) {
    this.leases = leases;
    this.blobs = blobs;
    this.generations = generations;
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  /**
   * Goes on after one that cannot be purged.
   *
   * @throws UncheckedIOException for the first of those, at the end
   */
  void purge() {
    UncheckedIOException failed = null;
    for (Leases.Deleted dataset : leases.toPurge()) {
      try {
        for (var stored : blobs.list(Builds.folder(dataset.tenant(), dataset.id()))) {
          blobs.delete(stored.key());
        }
        QuarkusTransaction.requiringNew().run(() -> done(dataset));
      } catch (IOException e) {
        failed = failed == null ? new UncheckedIOException(e) : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private void done(Leases.Deleted dataset) {
    generations.inTurn(dataset.id());
    generations.forget(dataset.id());
    leases.purged(dataset);
  }
}
