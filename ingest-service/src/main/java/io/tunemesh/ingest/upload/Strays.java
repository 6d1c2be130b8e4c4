package io.tunemesh.ingest.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Bytes that were stored for an upload that never came to be, as when the service ended between the
 * two. An upload's bytes are there before its row, so only old ones are looked at. A store belongs
 * to the first database that looks for strays in it: to any other, its uploads all seem to be some.
 */
@ApplicationScoped
class Strays {

  /** Names the database whose uploads these are. */
  static final String OWNER = "uploads.owner";

  private static final Logger LOG = Logger.getLogger(Strays.class);
  private static final String FOLDER = "uploads";
  private static final int AT_ONCE = 1000;

  private final BlobStore blobs;
  private final Leftovers leftovers;
  private boolean warned;

  Strays(BlobStore blobs, Leftovers leftovers) {
    this.blobs = blobs;
    this.leftovers = leftovers;
  }

  /** Removes those to which nothing was added for {@code kept}, from a store of our own. */
  void remove(Duration kept) throws IOException {
    if (!isOurs()) {
      return;
    }
    Instant before = Instant.now().minus(kept);
    Map<String, List<BlobStore.Stored>> strays =
        blobs.list(FOLDER).stream()
            .collect(Collectors.groupingBy(stored -> stored.key().split("/")[1]));
    strays.values().removeIf(some -> some.stream().anyMatch(one -> one.at().isAfter(before)));
    List<String> ids = List.copyOf(strays.keySet());
    for (int i = 0; i < ids.size(); i += AT_ONCE) {
      List<String> some = ids.subList(i, Math.min(i + AT_ONCE, ids.size()));
      leftovers.known(some).forEach(strays::remove);
    }
    for (List<BlobStore.Stored> some : strays.values()) {
      for (BlobStore.Stored stray : some) {
        blobs.delete(stray.key());
      }
    }
    if (!strays.isEmpty()) {
      LOG.infof("Removed bytes that belong to no upload, uploads=%d", strays.size());
    }
  }

  private boolean isOurs() throws IOException {
    String own = leftovers.owner();
    if (blobs.putIfAbsent(OWNER, own.getBytes(StandardCharsets.UTF_8))) {
      return true;
    }
    String found;
    try (InputStream in = blobs.open(new BlobRef(OWNER, null, null))) {
      found = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    if (!found.equals(own) && !warned) {
      warned = true;
      LOG.warnf(
          "The blob store belongs to another database, so that no stray bytes are removed; give each"
              + " mesh a bucket of its own, or remove the blob if that database is no more,"
              + " blob=%s owner=%s own=%s",
          OWNER, found, own);
    }
    return found.equals(own);
  }
}
