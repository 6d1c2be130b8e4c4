package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Pages through JSON lines whose first property is their id, holding one page in memory. */
@ApplicationScoped
class LinePages {

  private final BlobStore blobs;

  LinePages(BlobStore blobs) {
    this.blobs = blobs;
  }

  /**
   * The page after the line whose id is {@code after}, or the first page where that is null.
   *
   * @param lines null for none at all
   */
  <T> ListPage<T> page(
      BlobRef lines,
      Class<T> type,
      Function<T, String> id,
      Predicate<T> wanted,
      String after,
      int limit)
      throws IOException {
    List<T> found = new ArrayList<>();
    if (lines != null) {
      try (var in =
          new BufferedReader(
              new InputStreamReader(blobs.open(lines), StandardCharsets.UTF_8), 1 << 16)) {
        skip(in, after);
        String line;
        while (found.size() <= limit && (line = in.readLine()) != null) {
          T value = Json.MAPPER.readValue(line, type);
          if (wanted.test(value)) {
            found.add(value);
          }
        }
      }
    }
    return ListPage.of(found, limit, id);
  }

  private static void skip(BufferedReader in, String after) throws IOException {
    if (after == null) {
      return;
    }
    String start = "{\"id\":" + Json.MAPPER.writeValueAsString(after) + ",";
    String line;
    do {
      line = in.readLine();
      if (line == null) {
        throw Refusal.invalid(
            "after_unknown", "There is no line with the id '" + after + "' in this list.", "after");
      }
    } while (!line.startsWith(start));
  }
}
