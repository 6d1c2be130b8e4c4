package io.tunemesh.platform.identity;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.Tenants;
import io.tunemesh.platform.blob.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The keys that open the mesh, as a JSON file: {@code {"keys": [{"sha256", "tenant", "role",
 * "name"}]}}. Only digests are stored; keys are random, so a plain SHA-256 cannot be turned back. A
 * changed file is read again within a second. An entry whose tenant is none is left out; a file
 * that is no list of keys, or has no other entries, leaves the keys in force that were read before.
 */
final class KeyFile {

  private static final Logger LOG = Logger.getLogger(KeyFile.class);

  private final Path file;
  private volatile State state;

  KeyFile(Path file) {
    this.file = file;
  }

  /** The key that {@code bearer} is, if it is one. */
  Optional<Key> find(String bearer) {
    return Optional.ofNullable(
        current().keys.get(Digests.sha256(bearer.getBytes(StandardCharsets.UTF_8))));
  }

  /** Why no keys are known; empty once the file was read. */
  Optional<String> fault() {
    State current = current();
    return current.modified == null ? Optional.of(current.fault) : Optional.empty();
  }

  /** What is wrong with the file, even if keys are known; empty if nothing is. */
  Optional<String> flaw() {
    State current = current();
    return Optional.ofNullable(current.fault == null ? current.leftOut : current.fault);
  }

  private State current() {
    State current = state;
    long now = System.nanoTime();
    if (current != null && now - current.checked < 1_000_000_000L) {
      return current;
    }
    State before = current == null ? new State(null, now, Map.of(), null, null) : current;
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      state =
          modified.equals(before.modified)
              ? new State(modified, now, before.keys, before.leftOut, null)
              : load(modified, now);
    } catch (IOException e) {
      LOG.warnf("The keys cannot be read, those read before stay in force: %s", e.toString());
      state = new State(before.modified, now, before.keys, before.leftOut, e.toString());
    }
    return state;
  }

  private State load(FileTime modified, long now) throws IOException {
    Keys read = Json.MAPPER.readValue(file.toFile(), Keys.class);
    if (read == null || read.keys() == null || read.keys().contains(null)) {
      throw new IOException(file + " is not {\"keys\": […]}");
    }
    Map<String, Key> keys = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (Key key : read.keys()) {
      if (Tenants.isName(key.tenant())) {
        keys.put(key.sha256(), key);
      } else {
        wrong.add("the key '%s' has the tenant '%s'".formatted(key.name(), key.tenant()));
      }
    }
    if (wrong.isEmpty()) {
      return new State(modified, now, keys, null, null);
    }
    String leftOut = "%s: %s; %s".formatted(file, String.join(", ", wrong), Tenants.RULE);
    if (keys.isEmpty()) {
      throw new IOException(leftOut);
    }
    LOG.errorf("Keys are left out, %s", leftOut);
    return new State(modified, now, keys, leftOut, null);
  }

  /** One key: who has it and what it may do. */
  record Key(String sha256, String tenant, String role, String name) {}

  private record Keys(List<Key> keys) {}

  /**
   * What was read; without {@code modified} nothing was yet.
   *
   * @param leftOut which of its entries are none; null if none is
   * @param fault why the file cannot be read now; null if it can
   */
  private record State(
      FileTime modified, long checked, Map<String, Key> keys, String leftOut, String fault) {}
}
