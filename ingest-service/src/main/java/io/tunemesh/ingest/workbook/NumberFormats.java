package io.tunemesh.ingest.workbook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.DateUtil;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Shows a number as the sheet does. Reads {@code styles.xml}: which number format each style has.
 */
final class NumberFormats extends DefaultHandler {

  /** What Excel itself takes as a format. */
  private static final int MAX_FORMAT = 255;

  /** Excel has 65,490 styles at most. */
  private static final int MAX_STYLES = 65536;

  private final DataFormatter formatter = new DataFormatter(Locale.US);
  private final Map<Integer, String> custom = new HashMap<>();
  private final List<Integer> formatOfStyle = new ArrayList<>();
  private boolean inCellStyles;
  private boolean from1904;

  /** Days count from 1904 in this workbook. */
  void countFrom1904() {
    from1904 = true;
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    switch (name) {
      case "numFmt" -> {
        String code = attributes.getValue("formatCode");
        if (code != null && code.length() <= MAX_FORMAT && custom.size() < MAX_STYLES) {
          custom.put(number(attributes.getValue("numFmtId")), code);
        }
      }
      case "cellXfs" -> inCellStyles = true;
      case "xf" -> {
        if (inCellStyles && formatOfStyle.size() < MAX_STYLES) {
          formatOfStyle.add(number(attributes.getValue("numFmtId")));
        }
      }
      default -> {}
    }
  }

  @Override
  public void endElement(String uri, String name, String qualified) {
    if (name.equals("cellXfs")) {
      inCellStyles = false;
    }
  }

  /**
   * The number {@code raw} in the format of {@code style}, as a reader of the sheet sees it. A
   * number that its format cannot show, which Excel fills with {@code #}, stays as it is stored.
   *
   * @throws NumberFormatException if it is no number
   */
  String show(String raw, int style) {
    double value = Double.parseDouble(raw.strip());
    int id = style >= 0 && style < formatOfStyle.size() ? formatOfStyle.get(style) : 0;
    String format = format(id);
    boolean asian = AsiaDates.has(format);
    if ((asian || DateUtil.isADateFormat(id, format)) && !DateUtil.isValidExcelDate(value)) {
      return raw.strip();
    }
    try {
      return asian
          ? AsiaDates.show(value, format, from1904)
          : formatter.formatRawCellContents(value, id, format, from1904);
    } catch (RuntimeException e) {
      return raw.strip();
    }
  }

  private String format(int id) {
    String format = custom.get(id);
    if (format == null) {
      format = AsiaDates.CHINESE.get(id);
    }
    if (format == null) {
      format = BuiltinFormats.getBuiltinFormat(id);
    }
    return format == null || format.startsWith("reserved") ? "General" : format;
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
