package io.tunemesh.ingest.workbook;

import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.SheetNames;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.apache.poi.ooxml.util.DocumentHelper;
import org.apache.poi.openxml4j.exceptions.OpenXML4JException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.poi.openxml4j.opc.PackageRelationshipTypes;
import org.apache.poi.openxml4j.opc.TargetMode;
import org.apache.poi.openxml4j.util.ZipSecureFile;

/**
 * Reads an Excel workbook: POI opens the container and finds the parts, a StAX parser goes once
 * over each sheet, hidden ones too, and no sheet is held in memory. Whatever a file does to the
 * parsers ends as {@link Unreadable}.
 */
public final class WorkbookReader {

  /** What {@link UploadParsed} calls it. */
  public static final String KIND = "workbook";

  private static final String STYLES =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";
  private static final String SHARED_TEXTS =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml";

  private final WorkbookConfig config;
  private final Path spool;

  /**
   * @param spool a folder for texts that do not fit into memory
   */
  public WorkbookReader(WorkbookConfig config, Path spool) {
    this.config = config;
    this.spool = spool;
  }

  /** Loads what takes long to load, which a thread can do before there is a workbook. */
  public static void load() {
    ZipSecureFile.getMaxEntrySize();
    DocumentHelper.newDocumentBuilder();
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
      try (OPCPackage opened = OPCPackage.open(file.toFile(), PackageAccess.READ);
          WorkbookParts parts = new WorkbookParts(file, budget)) {
        return new Reading(KIND, sheets(opened, parts, records));
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

  private List<UploadParsed.Sheet> sheets(
      OPCPackage opened, WorkbookParts parts, RecordWriter records)
      throws IOException, OpenXML4JException, XMLStreamException {
    PackagePart main = requireWorkbook(opened);
    WorkbookXml workbook;
    try (PartXml xml = parts.xml(main)) {
      workbook = WorkbookXml.read(xml, config.maxSheets());
    }
    NumberFormats formats = new NumberFormats(workbook.from1904());
    for (PackagePart styles : opened.getPartsByContentType(STYLES)) {
      try (PartXml xml = parts.xml(styles)) {
        formats.read(xml);
      }
    }
    List<UploadParsed.Sheet> found = new ArrayList<>();
    SheetNames names = new SheetNames();
    try (SharedTexts texts = new SharedTexts(spool, config)) {
      for (PackagePart shared : opened.getPartsByContentType(SHARED_TEXTS)) {
        try (PlainXml plain = new PlainXml(parts.bytes(shared))) {
          PlainTexts.read(plain, texts, config.maxCellCharacters());
          SharedTextsXml.read(new PartXml(plain.rest()), texts, config.maxCellCharacters());
        }
      }
      Map<Integer, PackagePart> headless = new LinkedHashMap<>();
      for (WorkbookXml.Sheet sheet : workbook.sheets()) {
        PackagePart part = part(main, sheet);
        if (part == null) {
          continue;
        }
        SheetTable table = new SheetTable(sheet.name(), config.headerWithin(), records);
        read(parts.bytes(part), new SheetCells(sheet.name(), config, texts, formats, table));
        if (table.lacksHeader()) {
          headless.put(found.size(), part);
        }
        if (!table.isEmpty()) {
          found.add(table.found());
          names.add(found.getLast());
        }
      }
      requireHeader(found);
      parts.again();
      for (Map.Entry<Integer, PackagePart> each : headless.entrySet()) {
        String sheet = found.get(each.getKey()).name();
        SheetTable table = new SheetTable(sheet, 0, records);
        read(parts.bytes(each.getValue()), new SheetCells(sheet, config, texts, formats, table));
        found.set(each.getKey(), table.found());
        names.add(table.found());
      }
    }
    requireRows(found, records.rows());
    return found;
  }

  private static void read(InputStream bytes, SheetCells cells)
      throws IOException, XMLStreamException {
    try (PlainXml plain = new PlainXml(bytes)) {
      new PlainRows(cells).read(plain);
      new SheetXml(cells).read(new PartXml(plain.rest()));
    }
  }

  /** The part of a sheet, or null for one that holds a chart or a macro and no cells. */
  private static PackagePart part(PackagePart main, WorkbookXml.Sheet sheet)
      throws OpenXML4JException {
    PackageRelationship relation =
        sheet.relation() == null ? null : main.getRelationship(sheet.relation());
    if (relation == null
        || sheet.name() == null
        || relation.getTargetMode() == TargetMode.EXTERNAL) {
      throw Unreadable.file(
          "damaged",
          "The workbook names a sheet '%s' that is not in it; save it anew."
              .formatted(sheet.name()));
    }
    return relation.getRelationshipType().endsWith("/worksheet")
        ? main.getRelatedPart(relation)
        : null;
  }

  private void requireHeader(List<UploadParsed.Sheet> found) {
    if (!found.isEmpty() && found.stream().allMatch(sheet -> sheet.headerRow() == 0)) {
      throw Unreadable.at(
          found.getFirst().name(),
          null,
          null,
          "no_header",
          ("The first %d rows have no header; put a row with the names of at least two columns"
                  + " above the data.")
              .formatted(config.headerWithin()));
    }
  }

  private static void requireRows(List<UploadParsed.Sheet> found, long rows) {
    if (rows == 0) {
      throw Unreadable.file(
          "no_rows",
          found.isEmpty()
              ? "The workbook is empty; put a header and rows into it."
              : "The workbook has a header and no rows below it; put rows into it.");
    }
  }

  /** Strict Open XML has other names for everything, and the binary workbook no XML at all. */
  private static PackagePart requireWorkbook(OPCPackage opened) {
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
    return main.getFirst();
  }
}
