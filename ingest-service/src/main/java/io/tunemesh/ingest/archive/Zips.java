package io.tunemesh.ingest.archive;

import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** What zips are, by the names in them, and whether their entries can be trusted. */
public final class Zips {

  /** What a zip holds. */
  public enum Kind {
    WORKBOOK,
    DOCX,
    PRESENTATION,
    /** OpenDocument, Java, e-books: a file of some program. */
    OTHER_DOCUMENT,
    /** Files that someone put together. */
    FILES
  }

  /** The end of a zip: perhaps a locator, 22 bytes, and a comment of up to 65,535. */
  private static final int END_FIXED = 22;

  private static final int LOCATOR_BYTES = 20;
  private static final int END_BYTES = LOCATOR_BYTES + END_FIXED + 65_535;
  private static final int END_MARK = 0x06054b50;
  private static final int LOCATOR_MARK = 0x07064b50;
  private static final int END64_BYTES = 56;
  private static final int END64_MARK = 0x06064b50;

  /** Of one entry in the directory: 46, its name, and some extra fields. */
  private static final int DIRECTORY_BYTES = 1200;

  private final ReaderConfig limits;

  public Zips(ReaderConfig limits) {
    this.limits = limits;
  }

  /**
   * What the zip {@code file} is.
   *
   * @throws Unreadable if it is damaged
   */
  public Kind kind(Path file) throws IOException {
    requireShortDirectory(file);
    try (ZipFile zip = open(file)) {
      Set<String> roots = new HashSet<>();
      int count = 0;
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        String name = entry.getName();
        roots.add(name.contains("/") ? name.substring(0, name.indexOf('/') + 1) : name);
        if (++count > limits.maxEntries()) {
          break; // the reader says it
        }
      }
      if (roots.contains("[Content_Types].xml")) {
        return roots.contains("word/")
            ? Kind.DOCX
            : roots.contains("ppt/") ? Kind.PRESENTATION : Kind.WORKBOOK;
      }
      return roots.contains("META-INF/") || roots.contains("mimetype")
          ? Kind.OTHER_DOCUMENT
          : Kind.FILES;
    }
  }

  /** Refuses a zip with too many or too large entries, or two of one name. */
  public void check(Path file) throws IOException {
    try (ZipFile zip = open(file)) {
      Set<String> names = new HashSet<>();
      long bytes = 0;
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        String name = name(entry);
        if (!names.add(name)) {
          throw Unreadable.file(
              "duplicate_entry", "The zip has '%s' twice; pack it anew.".formatted(shown(name)));
        }
        if (names.size() > limits.maxEntries()) {
          throw tooMany();
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
          throw Unreadable.file(
              "encrypted", "The zip is protected by a password; pack it without one.");
        }
        bytes += Math.max(entry.getSize(), 0);
        if (entry.getSize() > limits.maxEntryBytes() || bytes > limits.maxBytes()) {
          throw tooLarge(name);
        }
      }
    }
  }

  /**
   * The library holds the whole directory in memory. Its place stands at the zip's end (APPNOTE.TXT
   * 4.3.16), so that its length is known before it is read; in the 64-bit end, if a locator leads
   * to one (4.3.14 and 4.3.15), whatever the other says.
   */
  private void requireShortDirectory(Path file) throws IOException {
    try (RandomAccessFile zip = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(zip.length(), END_BYTES)];
      zip.seek(zip.length() - tail.length);
      zip.readFully(tail);
      ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = tail.length - END_FIXED; i >= 0; i--) {
        if (end.getInt(i) == END_MARK) {
          long at = zip.length() - tail.length + i;
          long directory = Integer.toUnsignedLong(end.getInt(i + 16));
          if (i >= LOCATOR_BYTES && end.getInt(i - LOCATOR_BYTES) == LOCATOR_MARK) {
            directory = directory64(zip, end.getLong(i - LOCATOR_BYTES + 8));
          }
          if (directory < 0 || directory > at) {
            throw damaged();
          }
          if (at - directory > (long) DIRECTORY_BYTES * limits.maxEntries()) {
            throw tooMany();
          }
          return;
        }
      }
    }
    throw damaged();
  }

  /** The directory's place by the 64-bit end at {@code at}. */
  private static long directory64(RandomAccessFile zip, long at) throws IOException {
    if (at < 0 || at > zip.length() - END64_BYTES) {
      throw damaged();
    }
    byte[] record = new byte[END64_BYTES];
    zip.seek(at);
    zip.readFully(record);
    ByteBuffer end = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    if (end.getInt(0) != END64_MARK) {
      throw damaged();
    }
    return end.getLong(48);
  }

  private Unreadable tooMany() {
    return Unreadable.file(
        "too_many_files",
        "The zip has more than %,d files; split it.".formatted(limits.maxEntries()));
  }

  Unreadable tooLarge(String name) {
    return Unreadable.file(
        "too_large",
        "The zip is too large when unpacked, at '%s'; upload its files one by one."
            .formatted(shown(name)));
  }

  /** Opens {@code file}, all of whose entries must be where its directory says. */
  static ZipFile open(Path file) throws IOException {
    try {
      return ZipFile.builder().setPath(file).get();
    } catch (IOException | RuntimeException e) { // what its parser throws at broken bytes
      throw damaged();
    }
  }

  static Unreadable damaged() {
    return Unreadable.file(
        "damaged", "The zip is damaged or was cut off; pack it anew and upload it again.");
  }

  /** The entry's name with {@code /} between folders, which some programs write otherwise. */
  static String name(ZipArchiveEntry entry) {
    return decoded(entry).replace('\\', '/');
  }

  /** Older programs write a name in the system's own encoding and do not say so. */
  private static String decoded(ZipArchiveEntry entry) {
    byte[] raw = entry.getRawName();
    if (raw == null || entry.getGeneralPurposeBit().usesUTF8ForNames()) {
      return entry.getName();
    }
    for (Charset charset : new Charset[] {StandardCharsets.UTF_8, Charset.forName("GB18030")}) {
      try {
        return charset.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
      } catch (CharacterCodingException e) {
        // then the next
      }
    }
    return entry.getName();
  }

  static String shown(String name) {
    String text = name.replaceAll("\\p{Cntrl}", "\ufffd");
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }
}
