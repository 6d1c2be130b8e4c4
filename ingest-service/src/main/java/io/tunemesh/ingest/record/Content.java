package io.tunemesh.ingest.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/** What a file is by its first bytes; its name is never asked. */
public enum Content {
  EMPTY(""),
  /** A zip, as every file of Office since 2007 is one. */
  ZIP("504b0304"),
  /** A zip without entries. */
  EMPTY_ZIP("504b0506"),
  /** Office before 2007, and every Office file with a password. */
  OLE2("d0cf11e0a1b11ae1"),
  PDF("255044462d"),
  PARQUET("50415231"),
  GZIP("1f8b", "is packed with gzip; unpack it"),
  ZSTD("28b52ffd", "is packed with zstd; unpack it"),
  BZIP2("425a68", "is packed with bzip2; unpack it"),
  XZ("fd377a585a00", "is packed with xz; unpack it"),
  SEVEN_ZIP("377abcaf271c", "is a 7z archive; unpack it, or make it a zip"),
  RAR("526172211a07", "is a RAR archive; unpack it, or make it a zip"),
  PNG("89504e470d0a1a0a", "is a picture; extract its text"),
  JPEG("ffd8ff", "is a picture; extract its text"),
  GIF("474946383961", "is a picture; extract its text"),
  RTF("7b5c727466", "is an RTF document; save it as .docx"),
  ARROW("4152524f5731", "is an Arrow file; save it as Parquet"),
  AVRO("4f626a01", "is an Avro file; save it as Parquet"),
  ORC("4f5243", "is an ORC file; save it as Parquet"),
  SQLITE("53514c69746520666f726d61742033", "is an SQLite database; export a table as CSV"),
  /** Anything else: text, or what nobody knows. */
  OTHER("");

  /** What there are readers for, as the end of a sentence. */
  public static final String SUPPORTED =
      "Excel workbooks (.xlsx), CSV, TSV, JSON, JSON lines, Parquet, BIO, scripts, plain text,"
          + " Markdown, PDF, Word documents (.docx), and zips of these.";

  /** Those whose mark a text may begin with. */
  private static final Set<Content> WORDS = EnumSet.of(PARQUET, GIF, ARROW, ORC, SQLITE);

  private static final int HEAD = 4096;

  private final byte[] magic;
  private final String advice;

  Content(String magic) {
    this(magic, null);
  }

  Content(String magic, String advice) {
    this.magic = HexFormat.of().parseHex(magic);
    this.advice = advice;
  }

  /** Looks at the first bytes of {@code file}. */
  public static Content of(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    }
    if (head.length == 0) {
      return EMPTY;
    }
    return Arrays.stream(values())
        .filter(content -> content.magic.length > 0 && startsWith(head, content.magic))
        .findFirst()
        .filter(content -> !WORDS.contains(content) || !isText(head) || content.ends(file))
        .orElse(OTHER);
  }

  /** Whether the mark stands at the end too, as Parquet and Arrow have it. */
  private boolean ends(Path file) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[magic.length];
      bytes.seek(Math.max(magic.length, bytes.length() - magic.length));
      return bytes.read(tail) == magic.length && Arrays.equals(tail, magic);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What to do about a file of a kind that no reader takes; null for the others. */
  public String advice() {
    return advice;
  }

  /** All these formats have small numbers within their first bytes, which no text has. */
  private static boolean isText(byte[] head) {
    for (byte b : head) {
      if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f') {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
