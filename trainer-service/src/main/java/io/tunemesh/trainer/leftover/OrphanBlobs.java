package io.tunemesh.trainer.leftover;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.platform.blob.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Blobs that an attempt stored and nothing refers to, because it died or lost its claim before it
 * wrote them down. {@link References} says what is referred to; what it does not know stays.
 */
@ApplicationScoped
class OrphanBlobs {

  private static final Logger LOG = Logger.getLogger(OrphanBlobs.class);
  private static final Pattern STORED =
      Pattern.compile("[^/]+/([^/]+)/(?:attempts/(\\d{1,18})/.+|manifest\\.json)");

  private final BlobStore blobs;
  private final References references;

  OrphanBlobs(BlobStore blobs, References references) {
    this.blobs = blobs;
    this.references = references;
  }

  /** Removes those that were stored before {@code then}; returns their keys. */
  List<String> remove(Instant then) throws IOException {
    List<String> removed = new ArrayList<>();
    for (References.Kind kind : References.Kind.values()) {
      Map<String, List<Blob>> all = found(kind, then);
      // after the listing: a job that is over then stays so
      var jobs = references.jobsByAdapter();
      for (var found : all.entrySet()) {
        References.Needed needed =
            QuarkusTransaction.requiringNew()
                .call(() -> references.of(kind, found.getKey(), found.getValue(), jobs));
        for (Blob blob : found.getValue()) {
          if (!needed.has(blob)) {
            blobs.delete(blob.key());
            removed.add(blob.key());
          }
        }
      }
    }
    if (!removed.isEmpty()) {
      LOG.infof("Blobs that nothing refers to are removed, count=%d", removed.size());
    }
    return removed;
  }

  /** By the id of what they were stored for. */
  private Map<String, List<Blob>> found(References.Kind kind, Instant then) throws IOException {
    Map<String, List<Blob>> found = new HashMap<>();
    for (BlobStore.Stored stored : blobs.list(kind.folder())) {
      Matcher key = STORED.matcher(stored.key());
      if (key.matches() && stored.at().isBefore(then)) {
        found
            .computeIfAbsent(key.group(1), id -> new ArrayList<>())
            .add(new Blob(stored.key(), key.group(2) == null ? 0 : Long.parseLong(key.group(2))));
      }
    }
    return found;
  }

  /** A blob and the attempt that stored it; 0 for what is not an attempt's. */
  record Blob(String key, long fence) {}
}
