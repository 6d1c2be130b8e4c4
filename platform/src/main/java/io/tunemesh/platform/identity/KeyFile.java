package io.tunemesh.platform.identity;

import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The keys that open the mesh, as a JSON file: {@code {"keys": [{"sha256", "tenant", "role",
 * "name"}]}}. Only digests are stored; keys are random, so a plain SHA-256 cannot be turned back. A
 * changed file is read again within a second.
 */
final class KeyFile {

  private static final Logger LOG = Logger.getLogger(KeyFile.class);

  private final Path file;
  private volatile State state = new State(null, 0, Map.of());

  KeyFile(Path file) {
    this.file = file;
  }

  /** The key that {@code bearer} is, if it is one. */
  Optional<Key> find(String bearer) {
    return Optional.ofNullable(keys().get(Digests.sha256(bearer.getBytes(StandardCharsets.UTF_8))));
  }

  private Map<String, Key> keys() {
    State current = state;
    long now = System.nanoTime();
    if (current.modified != null && now - current.checked < 1_000_000_000L) {
      return current.keys;
    }
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      Map<String, Key> keys = modified.equals(current.modified) ? current.keys : load();
      state = new State(modified, now, keys);
    } catch (IOException e) {
      LOG.warnf("The keys cannot be read, those read before stay in force: %s", e.toString());
    }
    return state.keys;
  }

  private Map<String, Key> load() throws IOException {
    return Json.MAPPER.readValue(file.toFile(), Keys.class).keys().stream()
        .collect(Collectors.toMap(Key::sha256, Function.identity(), (a, b) -> b));
  }

  /** One key: who has it and what it may do. */
  record Key(String sha256, String tenant, String role, String name) {}

  private record Keys(List<Key> keys) {}

  private record State(FileTime modified, long checked, Map<String, Key> keys) {}
}
