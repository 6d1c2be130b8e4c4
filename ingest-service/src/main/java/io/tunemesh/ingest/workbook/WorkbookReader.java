package io.tunemesh.ingest.workbook;

import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.poi.openxml4j.exceptions.OpenXML4JException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.openxml4j.opc.PackageRelationshipTypes;
import org.apache.poi.util.XMLHelper;
import org.apache.poi.xssf.eventusermodel.XSSFReader;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads an Excel workbook by POI's event API: one pass over each sheet, hidden ones too, no sheet
 * held in memory. Whatever a file does to the parsers ends as {@link Unreadable}, even an {@link
 * OutOfMemoryError}: what was held for it is let go when that is thrown.
 */
public final class WorkbookReader {

  /** What {@link UploadParsed} calls it. */
  public static final String KIND = "workbook";

  /**
   * The JDK counts {@code &amp;amp;} and {@code &amp;#10;} against these limits, and would refuse a
   * sheet with a hundred thousand of them. Entities of a file's own need a DOCTYPE, which is
   * refused.
   */
  private static final List<String> ENTITY_LIMITS =
      List.of("jdk.xml.maxGeneralEntitySizeLimit", "jdk.xml.totalEntitySizeLimit");

  private final WorkbookConfig config;
  private final Path spool;

  /**
   * @param spool a folder for texts that do not fit into memory
   */
  public WorkbookReader(WorkbookConfig config, Path spool) {
    this.config = config;
    this.spool = spool;
  }

  /**
   * Writes every row below a header, sheet by sheet.
   *
   * @param file a zip
   * @throws Unreadable if the file cannot be read whole; what was written until then is no result
   * @throws SpoolFailed if our own disk fails
   */
  public Reading read(Path file, RecordWriter records) {
    try {
      Budget budget = new Budget(config);
      new ZipGuard(config).check(file, budget);
      try (OPCPackage opened = OPCPackage.open(file.toFile(), PackageAccess.READ)) {
        requireWorkbook(opened);
        return new Reading(KIND, sheets(new XSSFReader(opened), budget, records));
      }
    } catch (Unreadable | SpoolFailed e) {
      throw e;
    } catch (Throwable e) {
      throw Damage.of(e);
    }
  }

  /** What to say about a file in Office's older container. */
  public Unreadable refusalOfOldOffice(Path file) {
    return OldOffice.refusal(file);
  }

  private List<UploadParsed.Sheet> sheets(XSSFReader workbook, Budget budget, RecordWriter records)
      throws IOException, OpenXML4JException, SAXException, ParserConfigurationException {
    NumberFormats formats = new NumberFormats();
    parse(workbook.getStylesData(), budget, formats);
    parse(workbook.getWorkbookData(), budget, new DateSystem(formats));
    List<UploadParsed.Sheet> found = new ArrayList<>();
    String headless = null;
    try (SharedTexts texts = new SharedTexts(spool, config)) {
      parse(
          workbook.getSharedStringsData(),
          budget,
          new SharedTextsXml(texts, config.maxCellCharacters()));
      int count = 0;
      for (var sheets = workbook.getSheetIterator(); sheets.hasNext(); ) {
        InputStream sheet = sheets.next();
        String name = sheets.getSheetName();
        if (++count > config.maxSheets()) {
          throw Unreadable.file(
              "too_large",
              "The workbook has more than %,d sheets; split it.".formatted(config.maxSheets()));
        }
        SheetTable table = new SheetTable(name, config.headerWithin(), budget, records);
        parse(sheet, budget, new SheetXml(name, config, texts, formats, table));
        if (!table.isEmpty()) {
          found.add(table.found());
        }
        headless = headless == null && table.lacksHeader() ? name : headless;
      }
    }
    requireRows(found, headless, records.rows());
    return found;
  }

  private void requireRows(List<UploadParsed.Sheet> found, String headless, long rows) {
    if (headless != null && found.stream().allMatch(sheet -> sheet.headerRow() == 0)) {
      throw Unreadable.at(
          headless,
          null,
          null,
          "no_header",
          ("The first %d rows have no header; put a row with the names of at least two columns"
                  + " above the data.")
              .formatted(config.headerWithin()));
    }
    if (rows == 0) {
      throw Unreadable.file(
          "no_rows",
          found.isEmpty()
              ? "The workbook is empty; put a header and rows into it."
              : "The workbook has a header and no rows below it; put rows into it.");
    }
  }

  /** Strict Open XML has other names for everything, and the binary workbook no XML at all. */
  private static void requireWorkbook(OPCPackage opened) {
    if (opened
        .getRelationshipsByType(PackageRelationshipTypes.STRICT_CORE_DOCUMENT)
        .iterator()
        .hasNext()) {
      throw Unreadable.file(
          "unsupported_type",
          "The file is a Strict Open XML workbook; save it as an Excel workbook (.xlsx) and upload"
              + " that.");
    }
    var main = opened.getPartsByRelationshipType(PackageRelationshipTypes.CORE_DOCUMENT);
    String type = main.isEmpty() ? "" : main.getFirst().getContentType();
    boolean sheet = type.contains("spreadsheetml") || type.contains("ms-excel");
    if (!sheet || type.contains("binary")) {
      throw Unreadable.file(
          "unsupported_type",
          (sheet ? "The file is a binary workbook (.xlsb)" : "The file is no workbook")
              + "; save the table as an Excel workbook (.xlsx) and upload that.");
    }
  }

  private static void parse(InputStream part, Budget budget, DefaultHandler handler)
      throws IOException, SAXException, ParserConfigurationException {
    if (part == null) {
      return;
    }
    try (part) {
      XMLReader parser = XMLHelper.newXMLReader();
      for (String limit : ENTITY_LIMITS) {
        parser.setProperty(limit, "0");
      }
      parser.setContentHandler(handler);
      parser.setErrorHandler(handler);
      parser.parse(new InputSource(budget.guard(part)));
    }
  }

  /** Finds in {@code workbook.xml} from which year days count. */
  private static final class DateSystem extends DefaultHandler {
    private final NumberFormats formats;

    DateSystem(NumberFormats formats) {
      this.formats = formats;
    }

    @Override
    public void startElement(String uri, String name, String qualified, Attributes attributes) {
      String since1904 = attributes.getValue("date1904");
      if (name.equals("workbookPr") && since1904 != null && since1904.matches("1|true")) {
        formats.countFrom1904();
      }
    }
  }
}
