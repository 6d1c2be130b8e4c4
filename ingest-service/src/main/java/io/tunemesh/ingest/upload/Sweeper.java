package io.tunemesh.ingest.upload;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.blob.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Removes, now and then, the bytes of parts that nobody needs any more. */
@ApplicationScoped
class Sweeper {

  private static final Logger LOG = Logger.getLogger(Sweeper.class);

  private final Leftovers leftovers;
  private final BlobStore blobs;
  private final UploadConfig config;
  private Thread thread;

  Sweeper(Leftovers leftovers, BlobStore blobs, UploadConfig config) {
    this.leftovers = leftovers;
    this.blobs = blobs;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    thread = Thread.ofVirtual().name("upload-sweeper").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    thread.interrupt();
    thread.join(java.time.Duration.ofSeconds(10));
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

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        sweep();
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
