package io.tunemesh.ingest.workbook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.DateUtil;

/**
 * Shows a number as the sheet does. Reads {@code styles.xml}: which number format each style has.
 */
final class NumberFormats {

  /** What Excel itself takes as a format. */
  private static final int MAX_FORMAT = 255;

  /** Excel has 65,490 styles at most. */
  private static final int MAX_STYLES = 65536;

  /** A format, and what it takes to show a number in it. */
  private record Format(
      String code, boolean general, AroundGeneral around, boolean asian, boolean date) {}

  /** In a code without any of these POI shows a number as Java does. */
  private static final Pattern SHOWS = Pattern.compile("[0#?/;]");

  private final Map<Integer, String> custom = new HashMap<>();
  private final List<Integer> formatOfStyle = new ArrayList<>();
  private final Map<Integer, Format> formats = new HashMap<>();
  private DataFormatter formatter;
  private final boolean from1904;

  /**
   * @param from1904 days count from 1904 in this workbook
   */
  NumberFormats(boolean from1904) {
    this.from1904 = from1904;
  }

  /** Takes in the styles of the workbook. */
  void read(PartXml xml) throws XMLStreamException {
    boolean inCellStyles = false;
    for (int event = xml.next(); event != PartXml.DONE; event = xml.next()) {
      if (event == PartXml.TEXT) {
        continue;
      }
      switch (xml.name()) {
        case "cellXfs" -> inCellStyles = event == PartXml.START;
        case "xf" -> {
          if (event == PartXml.START && inCellStyles && formatOfStyle.size() < MAX_STYLES) {
            formatOfStyle.add(number(xml.attribute("numFmtId")));
          }
        }
        case "numFmt" -> {
          String code = event == PartXml.START ? xml.attribute("formatCode") : null;
          if (code != null && code.length() <= MAX_FORMAT && custom.size() < MAX_STYLES) {
            custom.put(number(xml.attribute("numFmtId")), code);
          }
        }
        default -> {}
      }
    }
  }

  /**
   * The number {@code raw} in the format of {@code style}, as a reader of the sheet sees it. A
   * number that its format cannot show, which Excel fills with {@code #}, stays as it is stored. In
   * the format General it is not shortened to the width of a column.
   *
   * @throws NumberFormatException if it is no number
   */
  String show(String raw, int style) {
    int id = style >= 0 && style < formatOfStyle.size() ? formatOfStyle.get(style) : 0;
    if (id == 0 && !custom.containsKey(0)) {
      return GeneralNumber.of(raw);
    }
    Format format = formats.computeIfAbsent(id, this::format);
    if (format.general()) {
      return GeneralNumber.of(raw);
    }
    if (format.around() != null) {
      return format.around().show(raw);
    }
    double value = Double.parseDouble(raw.strip());
    if (format.date() && !DateUtil.isValidExcelDate(value)) {
      return raw.strip();
    }
    try {
      return format.asian()
          ? AsiaDates.show(value, format.code(), from1904)
          : formatter().formatRawCellContents(value, id, format.code(), from1904);
    } catch (RuntimeException e) {
      return raw.strip();
    }
  }

  private DataFormatter formatter() {
    if (formatter == null) {
      formatter = new DataFormatter(Locale.US);
    }
    return formatter;
  }

  private Format format(int id) {
    String code = custom.get(id);
    if (code == null) {
      code = AsiaDates.CHINESE.get(id);
    }
    if (code == null) {
      code = BuiltinFormats.getBuiltinFormat(id);
    }
    if (code == null || code.startsWith("reserved")) {
      code = "General";
    }
    boolean general = code.equalsIgnoreCase("General");
    AroundGeneral around = general ? null : AroundGeneral.of(code);
    boolean asian = around == null && AsiaDates.has(code);
    boolean date = asian || around == null && DateUtil.isADateFormat(id, code);
    boolean shown = around != null || date || SHOWS.matcher(code).find();
    return new Format(code, general || !shown, around, asian, date);
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
