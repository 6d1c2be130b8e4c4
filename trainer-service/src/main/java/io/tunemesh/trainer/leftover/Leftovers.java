package io.tunemesh.trainer.leftover;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * Removes what attempts that are over left behind: at the start, then at intervals. Any number of
 * replicas may do so at once.
 */
@ApplicationScoped
class Leftovers {

  private final LeftFolders folders;
  private final OrphanBlobs blobs;
  private final LeftoverConfig config;
  private final Loop loop;

  Leftovers(LeftFolders folders, OrphanBlobs blobs, LeftoverConfig config) {
    this.folders = folders;
    this.blobs = blobs;
    this.config = config;
    this.loop = new Loop("leftovers", config.every(), this::remove);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.close();
  }

  /** Removes folders and blobs; neither waits for the other's trouble to end. */
  void remove() {
    Instant now = Instant.now();
    try {
      try {
        folders.remove(now);
      } finally {
        blobs.remove(now.minus(config.grace()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
