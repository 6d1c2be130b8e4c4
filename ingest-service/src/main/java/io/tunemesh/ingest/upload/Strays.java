package io.tunemesh.ingest.upload;

import io.tunemesh.platform.blob.BlobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bytes that were stored for an upload that never came to be, as when the service ended between the
 * two. An upload's bytes are there before its row, so only old ones are looked at.
 */
@ApplicationScoped
class Strays {

  private static final String FOLDER = "uploads";
  private static final int AT_ONCE = 1000;

  private final BlobStore blobs;
  private final Leftovers leftovers;

  Strays(BlobStore blobs, Leftovers leftovers) {
    this.blobs = blobs;
    this.leftovers = leftovers;
  }

  /** Removes those to which nothing was added for {@code kept}. */
  void remove(Duration kept) throws IOException {
    Instant before = Instant.now().minus(kept);
    Map<String, List<String>> keys = new LinkedHashMap<>();
    Set<String> young = new HashSet<>();
    for (BlobStore.Stored stored : blobs.list(FOLDER)) {
      String[] parts = stored.key().split("/");
      keys.computeIfAbsent(parts[1], id -> new ArrayList<>(2)).add(stored.key());
      if (stored.at().isAfter(before)) {
        young.add(parts[1]);
      }
    }
    keys.keySet().removeAll(young);
    List<String> ids = List.copyOf(keys.keySet());
    for (int i = 0; i < ids.size(); i += AT_ONCE) {
      List<String> some = ids.subList(i, Math.min(i + AT_ONCE, ids.size()));
      Set<String> known = Set.copyOf(leftovers.known(some));
      for (String id : some) {
        if (!known.contains(id)) {
          for (String key : keys.get(id)) {
            blobs.delete(key);
          }
        }
      }
    }
  }
}
