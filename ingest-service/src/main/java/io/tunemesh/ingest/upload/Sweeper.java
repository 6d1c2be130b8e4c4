package io.tunemesh.ingest.upload;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.work.Loop;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Removes, now and then, the bytes of parts that nobody needs any more, and those of no upload. */
@ApplicationScoped
class Sweeper {

  /** The whole store is listed for it. */
  private static final Duration STRAYS_EVERY = Duration.ofHours(6);

  private final Leftovers leftovers;
  private final BlobStore blobs;
  private final UploadConfig config;
  private final Strays strays;
  private final Loop parts;
  private final Loop straying;

  Sweeper(Leftovers leftovers, Strays strays, BlobStore blobs, UploadConfig config) {
    this.leftovers = leftovers;
    this.strays = strays;
    this.blobs = blobs;
    this.config = config;
    this.parts = new Loop("upload-sweeper", config.sweep(), this::sweep);
    this.straying = new Loop("upload-strays", STRAYS_EVERY, this::removeStrays);
  }

  void start(@Observes StartupEvent event) {
    parts.start();
    straying.start(STRAYS_EVERY);
  }

  void stop(@Observes ShutdownEvent event) {
    parts.close();
    straying.close();
  }

  /** One round; several replicas may do it at once. */
  void sweep() {
    try {
      for (String upload : leftovers.uploads()) {
        Optional<List<String>> parts = leftovers.parts(upload);
        if (parts.isEmpty()) {
          continue;
        }
        for (String part : parts.get()) {
          blobs.delete(UploadPart.key(upload, part));
        }
        if (!leftovers.becameAFile(upload)) {
          blobs.delete(PartUpload.fileKey(upload)); // of an end that failed in its last step
        }
        leftovers.purged(upload);
      }
      leftovers.forgetSent(config.sentKept());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of parts may be put together anew as long as their upload waits for parts. */
  private void removeStrays() {
    Duration waiting = config.partsKept().multipliedBy(2);
    try {
      strays.remove(waiting.compareTo(config.strayKept()) > 0 ? waiting : config.strayKept());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
