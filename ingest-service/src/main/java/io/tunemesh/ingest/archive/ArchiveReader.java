package io.tunemesh.ingest.archive;

import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.SheetNames;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Reads every file of a zip by the reader that its content asks for, in the order of their names.
 * Each is a sheet called by its path. One that cannot be read is the refusal of the whole zip, so
 * that no part of it is missing unnoticed; only what an operating system adds is passed over.
 */
public final class ArchiveReader {

  /** Reads one file, whatever it is. */
  @FunctionalInterface
  public interface FileReader {
    Reading read(Path file, RecordWriter records) throws IOException;
  }

  private static final Set<String> LEFT_BY_SYSTEMS =
      Set.of(".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX");

  /** An entry as small as this is no bomb, however tightly it is packed. */
  private static final long SMALL = 1 << 20;

  private static final int MAX_PATH = 512;

  private final ReaderConfig limits;
  private final Path spool;
  private final FileReader reader;

  /**
   * @param spool a folder for one unpacked file
   * @param reader takes each file
   */
  public ArchiveReader(ReaderConfig limits, Path spool, FileReader reader) {
    this.limits = limits;
    this.spool = spool;
    this.reader = reader;
  }

  /** Writes the records of every file in {@code archive}. */
  public Reading read(Path archive, RecordWriter records) throws IOException {
    Zips zips = new Zips(limits);
    zips.check(archive);
    List<UploadParsed.Sheet> sheets = new ArrayList<>();
    SheetNames names = new SheetNames();
    Set<String> taken = new HashSet<>();
    long left = limits.maxBytes();
    try (ZipFile zip = Zips.open(archive)) {
      List<ZipArchiveEntry> entries =
          Collections.list(zip.getEntries()).stream()
              .filter(entry -> !entry.isDirectory() && !isLeftBySystem(Zips.name(entry)))
              .sorted(Comparator.comparing(Zips::name))
              .toList();
      for (ZipArchiveEntry entry : entries) {
        String name = checked(Zips.name(entry));
        Path file = temporary();
        try {
          left -= unpack(zip, entry, file, left, zips);
          records.member(name);
          for (UploadParsed.Sheet sheet : reader.read(file, records).sheetsInside(name)) {
            requireNew(sheet.name(), taken);
            names.add(sheet);
            sheets.add(sheet);
          }
        } catch (Unreadable e) {
          throw e.within(Zips.shown(name));
        } finally {
          records.member(null);
          Files.deleteIfExists(file);
        }
      }
    }
    if (sheets.isEmpty()) {
      throw Unreadable.file("no_rows", "The zip has no files; put some into it.");
    }
    return new Reading("archive", sheets);
  }

  /** A file {@code b} in the folder {@code a.xlsx} is called as the workbook's sheet {@code b}. */
  private static void requireNew(String sheet, Set<String> taken) {
    if (!taken.add(sheet)) {
      throw Unreadable.file(
          "duplicate_entry",
          "The zip has two tables called '%s'; give one of the files another name."
              .formatted(Zips.shown(sheet)));
    }
  }

  private long unpack(ZipFile zip, ZipArchiveEntry entry, Path file, long left, Zips zips)
      throws IOException {
    long packed = Math.max(entry.getCompressedSize(), 1);
    long most = Math.min(left, limits.maxEntryBytes());
    long bytes = 0;
    CRC32 sum = new CRC32();
    byte[] buffer = new byte[65536];
    try (InputStream in = content(zip, entry);
        OutputStream out = Files.newOutputStream(file)) {
      for (int read = next(in, buffer); read >= 0; read = next(in, buffer)) {
        bytes += read;
        if (bytes > most) {
          throw zips.tooLarge(entry.getName());
        }
        if (bytes > SMALL && packed < bytes * limits.minInflateRatio()) {
          throw Unreadable.file(
              "zip_bomb", "The file is packed far more tightly than any data; pack it anew.");
        }
        sum.update(buffer, 0, read);
        try {
          out.write(buffer, 0, read);
        } catch (IOException e) {
          throw new SpoolFailed(e);
        }
      }
    }
    if (sum.getValue() != entry.getCrc() || bytes != entry.getSize()) {
      throw Zips.damaged();
    }
    return bytes;
  }

  private static InputStream content(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    if (entry.isUnixSymlink()) {
      throw Unreadable.file(
          "unsupported_type", "It is a link to another file; put the file itself into the zip.");
    }
    if (!zip.canReadEntryData(entry)) {
      throw Unreadable.file(
          "unsupported_type",
          "It is packed by a method that is not known; pack it as a plain zip.");
    }
    try {
      return zip.getInputStream(entry);
    } catch (IOException | RuntimeException e) {
      throw Zips.damaged();
    }
  }

  private static int next(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException | RuntimeException e) {
      throw Zips.damaged();
    }
  }

  private Path temporary() {
    try {
      return Files.createTempFile(spool, "member", null);
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  private static boolean isLeftBySystem(String name) {
    for (String part : name.split("/")) {
      if (LEFT_BY_SYSTEMS.contains(part) || part.startsWith("._")) {
        return true;
      }
    }
    return false;
  }

  /** Nothing is ever written under an entry's name, but it becomes the name of a sheet. */
  private static String checked(String name) {
    if (name.length() > MAX_PATH
        || name.codePoints().anyMatch(Character::isISOControl)
        || name.startsWith("/")
        || List.of(name.split("/")).contains("..")) {
      throw Unreadable.file(
          "bad_entry_name",
          "The zip has a file called '%s'; give it a plain name and pack it anew."
              .formatted(Zips.shown(name)));
    }
    return name;
  }
}
