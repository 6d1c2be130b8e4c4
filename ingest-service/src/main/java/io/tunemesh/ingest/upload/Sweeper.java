package io.tunemesh.ingest.upload;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.blob.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Removes, now and then, the bytes of parts that nobody needs any more, and those of no upload. */
@ApplicationScoped
class Sweeper {

  private static final Logger LOG = Logger.getLogger(Sweeper.class);

  /** The whole store is listed for it. */
  private static final Duration STRAYS_EVERY = Duration.ofHours(6);

  private final Leftovers leftovers;
  private final BlobStore blobs;
  private final UploadConfig config;
  private final Strays strays;
  private Instant nextStrays = Instant.now().plus(STRAYS_EVERY);
  private Thread thread;

  Sweeper(Leftovers leftovers, Strays strays, BlobStore blobs, UploadConfig config) {
    this.leftovers = leftovers;
    this.strays = strays;
    this.blobs = blobs;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofVirtual().name("upload-sweeper").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    thread.interrupt();
    thread.join(Duration.ofSeconds(10));
  }

  /** One round; several replicas may do it at once. */
  void sweep() throws IOException {
    for (String upload : leftovers.uploads()) {
      for (String part : leftovers.parts(upload)) {
        blobs.delete(UploadPart.key(upload, part));
      }
      if (!leftovers.becameAFile(upload)) {
        blobs.delete(PartUpload.fileKey(upload)); // of an end that failed in its last step
      }
      leftovers.purged(upload);
    }
    leftovers.forgetSent(config.sentKept());
  }

  /** The bytes of parts may be put together anew as long as their upload waits for parts. */
  private Duration strayAfter() {
    Duration parts = config.partsKept().multipliedBy(2);
    return parts.compareTo(config.strayKept()) > 0 ? parts : config.strayKept();
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        sweep();
        if (Instant.now().isAfter(nextStrays)) {
          nextStrays = Instant.now().plus(STRAYS_EVERY);
          strays.remove(strayAfter());
        }
        Thread.sleep(config.sweep());
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.warnf("Parts of uploads wait to be removed, cause=%s", e);
        try {
          Thread.sleep(config.sweep());
        } catch (InterruptedException stop) {
          return;
        }
      }
    }
  }
}
