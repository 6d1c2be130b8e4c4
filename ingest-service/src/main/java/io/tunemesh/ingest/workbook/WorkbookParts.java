package io.tunemesh.ingest.workbook;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import javax.xml.stream.XMLStreamException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.ZipPackagePart;
import org.apache.poi.openxml4j.util.ZipSecureFile;

/** The parts of a workbook as bytes, whose number and whose CRC are checked while they are read. */
final class WorkbookParts implements Closeable {

  /** Bytes of a part that is worth a thread of its own. */
  private static final long LARGE = 1 << 20;

  private final ZipSecureFile zip;
  private final Budget budget;

  WorkbookParts(Path file, Budget budget) throws IOException {
    this.zip = new ZipSecureFile(file.toFile());
    this.budget = budget;
  }

  /** The XML of {@code part}. */
  PartXml xml(PackagePart part) throws IOException, XMLStreamException {
    return new PartXml(bytes(part));
  }

  /** The bytes of {@code part}; those of a large one come from a thread of their own. */
  InputStream bytes(PackagePart part) throws IOException {
    if (!(part instanceof ZipPackagePart zipped)) {
      return budget.guard(part.getInputStream(), -1);
    }
    ZipArchiveEntry entry = zipped.getZipArchive();
    if (zipped.getSize() <= LARGE) {
      return budget.guard(part.getInputStream(), entry.getCrc());
    }
    ZipArchiveEntry large = zip.getEntry(entry.getName());
    return new ReadAhead(budget.guard(Inflating.of(zip, large), entry.getCrc()));
  }

  /** Parts that were read may be read once more, at no cost. */
  void again() {
    budget.restart();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
