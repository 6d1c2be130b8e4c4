package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Limited;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.poi.openxml4j.util.ZipSecureFile;

/**
 * Looks at a zip before POI opens it as a package, through the same zip reader, so that both see
 * the same entries: how many, how large, and whether the parts that POI holds in memory whole are
 * small.
 */
final class ZipGuard {

  private static final String CONTENT_TYPES = "[Content_Types].xml";

  private final WorkbookConfig config;

  ZipGuard(WorkbookConfig config) {
    this.config = config;
    ZipSecureFile.setMaxFileCount(config.maxEntries());
    ZipSecureFile.setMaxEntrySize(config.maxEntryBytes());
    ZipSecureFile.setMinInflateRatio(config.minInflateRatio());
  }

  /** Refuses a zip that is no Office file, or that asks for too much. */
  void check(Path file, Budget budget) throws IOException, XMLStreamException {
    boolean office = false;
    boolean openDocument = false;
    try (ZipSecureFile zip = new ZipSecureFile(file.toFile())) {
      Set<String> names = new HashSet<>();
      for (var entries = zip.getEntries(); entries.hasMoreElements(); ) {
        ZipArchiveEntry entry = entries.nextElement();
        if (names.size() >= config.maxEntries()) {
          throw Unreadable.file(
              "too_large",
              "The file has more than %,d parts; save the workbook anew without pictures."
                  .formatted(config.maxEntries()));
        }
        if (!names.add(entry.getName())) {
          throw Unreadable.file("damaged", "The file has two parts of one name; save it anew.");
        }
        if (List.of(entry.getName().split("[/\\\\]")).contains("..")) {
          throw Unreadable.file(
              "damaged", "The file has a part whose name leads out of it; save it anew.");
        }
        if (entry.getSize() > config.maxEntryBytes()) {
          throw Unreadable.file(
              "too_large", "The workbook is too large when unpacked; split it into several files.");
        }
        if (isIndex(entry.getName())) {
          checkIndex(budget.guard(limited(zip.getInputStream(entry)), entry.getCrc()));
        }
        office |= entry.getName().equals(CONTENT_TYPES);
        openDocument |= entry.getName().equals("META-INF/manifest.xml");
      }
    }
    if (!office) {
      throw Unreadable.file(
          "unsupported_type",
          (openDocument
                  ? "The file is an OpenDocument or a Java archive"
                  : "The file is a zip, not a workbook")
              + "; save the table as an Excel workbook (.xlsx) and upload that.");
    }
  }

  /** POI would take what it cannot read of these parts for empty. */
  private static void checkIndex(InputStream in) throws IOException, XMLStreamException {
    try (PartXml xml = new PartXml(in)) {
      int event = xml.next();
      while (event != PartXml.DONE) {
        event = xml.next();
      }
    }
  }

  private InputStream limited(InputStream in) {
    return new Limited(
        in,
        config.maxIndexBytes(),
        () ->
            Unreadable.file(
                "too_large", "The workbook's list of parts is too large; save it anew."));
  }

  private static boolean isIndex(String name) {
    return name.equalsIgnoreCase(CONTENT_TYPES) || name.toLowerCase(Locale.ROOT).endsWith(".rels");
  }
}
