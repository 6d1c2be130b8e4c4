package io.tunemesh.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The key of the local mesh: made at the first start, readable by its user only. Services see its
 * digest alone.
 */
final class Keys {

  private Keys() {}

  /** The file that services read. */
  static Path file(Home home) {
    return home.data("keys").resolve("keys.json");
  }

  /** The key, made now if there is none. */
  static String firstKey(Home home) throws IOException {
    Path plain = home.data("keys").resolve("key");
    if (Files.exists(plain)) {
      return Files.readString(plain).strip();
    }
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String key = "tm-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Files.writeString(
        file(home),
        """
        {"keys": [{"sha256": "%s", "tenant": "local", "role": "admin", "name": "local"}]}
        """
            .formatted(digest(key)));
    Files.createFile(
        plain, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(plain, key);
    return key;
  }

  private static String digest(String key) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
