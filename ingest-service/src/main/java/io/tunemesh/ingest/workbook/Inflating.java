package io.tunemesh.ingest.workbook;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.poi.openxml4j.util.ZipArchiveThresholdInputStream;

/** Inflates a large entry of a zip, which the zip reader would do by half a kilobyte at once. */
final class Inflating {

  private Inflating() {}

  /** The bytes of {@code entry}, under POI's guard against what inflates too far. */
  static InputStream of(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    return entry.getMethod() == ZipArchiveEntry.DEFLATED
        ? new ZipArchiveThresholdInputStream(new InflateStream(zip.getRawInputStream(entry)))
        : zip.getInputStream(entry);
  }
}
