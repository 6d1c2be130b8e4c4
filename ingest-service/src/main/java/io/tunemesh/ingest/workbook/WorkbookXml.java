package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.Unreadable;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.apache.poi.openxml4j.opc.PackageRelationshipTypes;

/**
 * What {@code workbook.xml} says.
 *
 * @param sheets in their order
 * @param from1904 days count from 1904
 */
record WorkbookXml(List<Sheet> sheets, boolean from1904) {

  /**
   * A sheet of any kind.
   *
   * @param relation the id of its part among the workbook's relations
   */
  record Sheet(String name, String relation) {}

  /** Reads {@code xml}, which may name so many sheets. */
  static WorkbookXml read(PartXml xml, int maxSheets) throws XMLStreamException {
    List<Sheet> sheets = new ArrayList<>();
    boolean from1904 = false;
    for (int event = xml.next(); event != PartXml.DONE; event = xml.next()) {
      if (event != PartXml.START) {
        continue;
      }
      if (xml.name().equals("workbookPr")) {
        String since1904 = xml.attribute("date1904");
        from1904 = since1904 != null && since1904.matches("1|true");
      } else if (xml.name().equals("sheet")) {
        if (sheets.size() == maxSheets) {
          throw Unreadable.file(
              "too_large", "The workbook has more than %,d sheets; split it.".formatted(maxSheets));
        }
        sheets.add(
            new Sheet(
                xml.attribute("name"),
                xml.attribute(PackageRelationshipTypes.CORE_PROPERTIES_ECMA376_NS, "id")));
      }
    }
    return new WorkbookXml(sheets, from1904);
  }
}
