package io.tunemesh.ingest.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** What a file is by its first bytes; its name is never asked. */
public enum Content {
  EMPTY(""),
  /** A zip, as every file of Office since 2007 is one. */
  ZIP("504b0304"),
  /** A zip without entries. */
  EMPTY_ZIP("504b0506"),
  /** Office before 2007, and every Office file with a password. */
  OLE2("d0cf11e0a1b11ae1"),
  PDF("25504446"),
  /** Anything else: text, pictures, what nobody knows. */
  OTHER("");

  private final byte[] magic;

  Content(String magic) {
    this.magic = HexFormat.of().parseHex(magic);
  }

  /** Looks at the first bytes of {@code file}. */
  public static Content of(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(8);
    }
    if (head.length == 0) {
      return EMPTY;
    }
    return Arrays.stream(values())
        .filter(content -> content.magic.length > 0 && startsWith(head, content.magic))
        .findFirst()
        .orElse(OTHER);
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
