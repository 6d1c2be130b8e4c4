package io.tunemesh.ingest.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseKeeper;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
   * Makes a file of the parts, in the order of their ids; again, it gives the file that was made,
   * or refuses where that was deleted. Concurrent calls wait for each other, so that the bytes are
   * those of one of them.
   *
   * @param md5 of all bytes, in hexadecimal; may be null
   */
  PartUploadObject of(String tenant, String id, List<String> partIds, String md5)
      throws IOException, InterruptedException {
    Claim claim = new Claim(id, 1, UUID.randomUUID().toString()); // each call is an owner
    while (true) {
      Optional<PartUploads.Joining> joining = uploads.join(tenant, claim, HELD);
      if (joining.isEmpty()) {
        Thread.sleep(POLL_MS);
      } else if (joining.get().upload().fileId() != null) {
        return uploads.get(tenant, id);
      } else {
        try {
          return made(tenant, claim, joining.get(), partIds, md5);
        } catch (LeaseLost e) {
          continue; // another puts them together, or nobody is to
        }
      }
    }
  }

  private PartUploadObject made(
      String tenant, Claim claim, PartUploads.Joining joining, List<String> partIds, String md5)
      throws IOException {
    Runnable renew = () -> uploads.renew(claim, HELD);
    // only another's claim ends it, which renew tells; the database may be away for long
    Duration length = Duration.ofDays(1);
    try (LeaseKeeper keeper = new LeaseKeeper(claim, length, RENEWAL, renew, () -> {})) {
      BlobRef content = bytes.join(joining.upload(), joining.parts(), partIds, md5, renew);
      keeper.settle();
      return completed(tenant, claim, content);
    } catch (IOException | RuntimeException | Error e) {
      leave(claim);
      throw e;
    }
  }

  /** Bytes of an upload that was cancelled meanwhile are nobody's. */
  private PartUploadObject completed(String tenant, Claim claim, BlobRef content)
      throws IOException {
    try {
      return uploads.complete(tenant, claim, content);
    } catch (Refusal e) {
      blobs.delete(content.key());
      throw e;
    }
  }

  /** What hinders it must not hide why it was needed; then others wait until it is over. */
  private void leave(Claim claim) {
    try {
      uploads.leave(claim);
    } catch (RuntimeException e) {
      LOG.warnf("Parts of an upload stay taken for a while, id=%s cause=%s", claim.id(), e);
    }
  }
}
