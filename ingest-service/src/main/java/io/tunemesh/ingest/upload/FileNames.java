package io.tunemesh.ingest.upload;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** File names on their way through HTTP. They are words for people, never a path or a key. */
final class FileNames {

  private FileNames() {}

  /**
   * The name that a client meant. Clients send UTF-8 as it is (RFC 7578, 4.2), which reads as
   * Latin-1 where a server takes a header by its old rule, and a quotation mark as {@code %22}.
   */
  static String sent(String name) {
    if (name == null) {
      return null;
    }
    String read = name;
    if (name.chars().anyMatch(c -> c > 0x7f) && name.chars().allMatch(c -> c <= 0xff)) {
      try {
        read =
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)))
                .toString();
      } catch (CharacterCodingException e) {
        read = name;
      }
    }
    return read.replace("%22", "\"");
  }

  /** The header that has a browser save a file under {@code name} (RFC 6266). */
  static String disposition(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._ -]", "_");
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return "attachment; filename=\"%s\"; filename*=UTF-8''%s".formatted(plain, encoded);
  }
}
