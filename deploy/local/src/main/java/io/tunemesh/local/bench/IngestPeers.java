package io.tunemesh.local.bench;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.util.XMLHelper;
import org.apache.poi.xssf.eventusermodel.ReadOnlySharedStringsTable;
import org.apache.poi.xssf.eventusermodel.XSSFReader;
import org.apache.poi.xssf.eventusermodel.XSSFSheetXMLHandler;
import org.apache.poi.xssf.usermodel.XSSFComment;
import org.xml.sax.InputSource;

/**
 * What the benchmark measures ours against, each in a process of its own: {@code poi FILE} reads
 * every cell by POI's event API as its examples do; {@code floor FILE} inflates the parts and walks
 * their XML by a StAX parser, and does nothing with it. Each does so twice, and prints a line of
 * JSON each time: how many characters it met, and how long it took.
 */
final class IngestPeers {

  private static final int TIMES = 2;

  private IngestPeers() {}

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[1]);
    for (int times = 0; times < TIMES; times++) {
      long start = System.nanoTime();
      long characters = arguments[0].equals("poi") ? poi(file) : floor(file);
      System.out.printf(
          Locale.ROOT,
          "{\"characters\": %d, \"seconds\": %.3f}%n",
          characters,
          (System.nanoTime() - start) / 1e9);
    }
  }

  private static long poi(Path file) throws Exception {
    Counter counter = new Counter();
    try (OPCPackage opened = OPCPackage.open(file.toFile(), PackageAccess.READ)) {
      XSSFReader workbook = new XSSFReader(opened);
      var texts = new ReadOnlySharedStringsTable(opened);
      for (var sheets = workbook.getSheetIterator(); sheets.hasNext(); ) {
        try (InputStream sheet = sheets.next()) {
          var xml = XMLHelper.newXMLReader();
          xml.setContentHandler(
              new XSSFSheetXMLHandler(workbook.getStylesTable(), texts, counter, false));
          xml.parse(new InputSource(sheet));
        }
      }
    }
    return counter.characters;
  }

  private static long floor(Path file) throws Exception {
    XMLInputFactory factory = new WstxInputFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    long characters = 0;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (String part : new String[] {"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"}) {
        if (zip.getEntry(part) == null) {
          continue;
        }
        XMLStreamReader xml = factory.createXMLStreamReader(zip.getInputStream(zip.getEntry(part)));
        while (xml.hasNext()) {
          if (xml.next() == XMLStreamConstants.CHARACTERS) {
            characters += xml.getTextLength();
          }
        }
      }
    }
    return characters;
  }

  private static final class Counter implements XSSFSheetXMLHandler.SheetContentsHandler {
    private long characters;

    @Override
    public void startRow(int row) {}

    @Override
    public void endRow(int row) {}

    @Override
    public void cell(String reference, String text, XSSFComment comment) {
      characters += text.length();
    }
  }
}
