package io.tunemesh.ingest.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The end of an upload in parts. Its bytes are put together without a connection to the database,
 * which has a dozen of them; whoever does it says so in the row, again and again until it is done.
 */
@ApplicationScoped
class Completion {

  private static final Logger LOG = Logger.getLogger(Completion.class);

  /** Who says nothing for so long is dead, and another may begin. */
  private static final Duration HELD = Duration.ofMinutes(1);

  private static final Duration RENEWAL = HELD.dividedBy(6);
  private static final long POLL_MS = 200;

  private final PartUploads uploads;
  private final PartBytes bytes;
  private final BlobStore blobs;

  Completion(PartUploads uploads, PartBytes bytes, BlobStore blobs) {
    this.uploads = uploads;
    this.bytes = bytes;
    this.blobs = blobs;
  }

  /**
   * Makes a file of the parts, in the order of their ids; again, it gives the file that was made.
   * Concurrent calls wait for each other, so that the bytes are those of one of them.
   *
   * @param md5 of all bytes, in hexadecimal; may be null
   */
  PartUploadObject of(String tenant, String id, List<String> partIds, String md5)
      throws IOException, InterruptedException {
    String joiner = UUID.randomUUID().toString();
    while (true) {
      Optional<PartUploads.Joining> joining = uploads.join(tenant, id, joiner, HELD);
      if (joining.isEmpty()) {
        Thread.sleep(POLL_MS);
      } else if (joining.get().upload().fileId() != null) {
        return uploads.get(tenant, id);
      } else {
        Optional<PartUploadObject> made = made(tenant, joining.get(), partIds, md5, joiner);
        if (made.isPresent()) {
          return made.get();
        }
      }
    }
  }

  private Optional<PartUploadObject> made(
      String tenant, PartUploads.Joining joining, List<String> partIds, String md5, String joiner)
      throws IOException {
    String id = joining.upload().id();
    CountDownLatch over = new CountDownLatch(1);
    Thread.ofPlatform().daemon().name("join-" + id).start(() -> keep(id, joiner, over));
    boolean done = false;
    try {
      BlobRef content =
          bytes.join(
              joining.upload(),
              joining.parts(),
              partIds,
              md5,
              () -> uploads.renew(id, joiner, HELD));
      Optional<PartUploadObject> made = completed(tenant, id, joiner, content);
      done = true;
      return made;
    } catch (PartBytes.NotHeld e) {
      return Optional.empty();
    } finally {
      over.countDown();
      if (!done) {
        leave(id, joiner);
      }
    }
  }

  /** Bytes of an upload that was cancelled meanwhile are nobody's. */
  private Optional<PartUploadObject> completed(
      String tenant, String id, String joiner, BlobRef content) throws IOException {
    try {
      return uploads.complete(tenant, id, joiner, content);
    } catch (Refusal e) {
      blobs.delete(content.key());
      throw e;
    }
  }

  /** What hinders it must not hide why it was needed; then others wait until it is over. */
  private void leave(String id, String joiner) {
    try {
      uploads.leave(id, joiner);
    } catch (RuntimeException e) {
      LOG.warnf("Parts of an upload stay taken for a while, id=%s cause=%s", id, e);
    }
  }

  /** Never interrupted, which may close the connection to the database that it has in use. */
  private void keep(String id, String joiner, CountDownLatch over) {
    try {
      boolean held = true;
      while (held && !over.await(RENEWAL.toMillis(), TimeUnit.MILLISECONDS)) {
        held = renewed(id, joiner);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean renewed(String id, String joiner) {
    try {
      return uploads.renew(id, joiner, HELD);
    } catch (RuntimeException e) {
      LOG.warnf("The parts of an upload could not be kept, id=%s cause=%s", id, e);
      return true; // the next time it may go well
    }
  }
}
