package io.tunemesh.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * The key of the local mesh: made at the first start, readable by its user only. Services see its
 * digest alone. Keys that others have added to the services' file stay.
 */
final class Keys {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private Keys() {}

  /** The file that services read. */
  static Path file(Home home) {
    return home.data("keys").resolve("keys.json");
  }

  /**
   * The key, made now if there is none; the services' file has its digest afterwards. A file that
   * is there and cannot be read is left as it is, and told.
   */
  static String firstKey(Home home) throws IOException {
    Path plain = home.data("keys").resolve("key");
    ObjectNode known = known(home);
    boolean made = !Files.exists(plain);
    String key = made ? random() : given(plain);
    String digest = Sha256.of(key);
    if (known.path("keys").valueStream().noneMatch(k -> k.path("sha256").asText().equals(digest))) {
      known
          .withArray("keys")
          .addObject()
          .put("sha256", digest)
          .put("tenant", "local")
          .put("role", "admin")
          .put("name", "local");
      write(file(home), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(known));
    }
    if (made) {
      write(plain, key);
    } else {
      Files.setPosixFilePermissions(plain, OWNER_ONLY);
    }
    return key;
  }

  private static String given(Path plain) {
    String key;
    try {
      key = Files.readString(plain).strip();
    } catch (IOException e) {
      throw unusable(plain, e.toString());
    }
    if (key.isEmpty()) {
      throw unusable(plain, "it is empty");
    }
    return key;
  }

  private static ObjectNode known(Home home) {
    Path file = file(home);
    if (!Files.exists(file)) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode node = JSON.readTree(file.toFile());
      if (node instanceof ObjectNode object && object.path("keys").isArray()) {
        return object;
      }
      throw unusable(file, "it is not {\"keys\": […]}");
    } catch (JsonProcessingException e) {
      throw unusable(file, "it is no JSON, line " + e.getLocation().getLineNr());
    } catch (IOException e) {
      throw unusable(file, e.toString());
    }
  }

  private static Fault unusable(Path file, String why) {
    return new Fault(
        "%s holds keys but cannot be used (%s). Mend it, or move it away for a new one; it was not touched."
            .formatted(file, why));
  }

  /** Writes a file that only its owner can read; whoever reads sees the old one or this whole. */
  private static void write(Path file, String text) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(aside);
    Files.createFile(aside, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(aside, text);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String random() {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    return "tm-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
