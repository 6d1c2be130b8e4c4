package io.tunemesh.dataset.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.recipe.Task;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A dataset that was built.
 *
 * @param name for people; null where none was given
 * @param manifest how it was made, as its build wrote it
 */
record Built(String id, String name, DatasetFiles files, JsonNode manifest) {

  static Built read(String id, String name, DatasetFiles files, BlobStore blobs)
      throws IOException {
    try (InputStream in = blobs.open(files.manifest())) {
      return new Built(id, name, files, Json.MAPPER.readTree(in));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the manifest is not as it was stored", e);
    }
  }

  /** A {@link Task}; datasets from before there were tasks are instructions. */
  String task() {
    return files.task() == null ? Task.SFT.key() : files.task();
  }

  boolean isPlainText() {
    return task().equals(Task.PT.key());
  }

  /** The recipes of its sources, each once, in their order. */
  List<String> recipes() {
    return manifest
        .path("sources")
        .valueStream()
        .map(source -> source.path("recipe").asText())
        .distinct()
        .toList();
  }

  long examples(Part part) {
    return manifest.path("parts").path(part.key()).path("examples").asLong();
  }

  /** What to call it. */
  String title() {
    return name == null ? id : name;
  }
}
