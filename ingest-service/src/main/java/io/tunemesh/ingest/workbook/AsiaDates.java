package io.tunemesh.ingest.workbook;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.poi.ss.format.CellFormat;
import org.apache.poi.ss.usermodel.DateUtil;

/**
 * Dates with East Asian words in them. POI's usual formatter prints the quotation marks around such
 * words, and takes the {@code mm} after {@code 时} for a month; its cell formats do neither.
 */
final class AsiaDates {

  /** The formats that a Chinese Excel names by number alone: ECMA-376 part 1, 18.8.30, zh-cn. */
  static final Map<Integer, String> CHINESE =
      Map.ofEntries(
          Map.entry(27, "yyyy年m月"),
          Map.entry(28, "m月d日"),
          Map.entry(29, "m月d日"),
          Map.entry(30, "m-d-yy"),
          Map.entry(31, "yyyy年m月d日"),
          Map.entry(32, "h时mm分"),
          Map.entry(33, "h时mm分ss秒"),
          Map.entry(34, "上午/下午h时mm分"),
          Map.entry(35, "上午/下午h时mm分ss秒"),
          Map.entry(36, "yyyy年m月"),
          Map.entry(50, "yyyy年m月"),
          Map.entry(51, "m月d日"),
          Map.entry(52, "yyyy年m月"),
          Map.entry(53, "m月d日"),
          Map.entry(54, "m月d日"),
          Map.entry(55, "上午/下午h时mm分"),
          Map.entry(56, "上午/下午h时mm分ss秒"),
          Map.entry(57, "yyyy年m月"),
          Map.entry(58, "m月d日"));

  /** A text in quotation marks, or a run of letters of another script. */
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|([^\\p{ASCII}]+)");

  private static final Pattern LOCALE = Pattern.compile("\\[\\$-[0-9A-Fa-f,]+]");
  private static final String HALVES = "上午/下午";

  private AsiaDates() {}

  /** Whether {@code format} shows a date or a time with words of another script in it. */
  static boolean has(String format) {
    return format.chars().anyMatch(c -> c > 0x7f)
        && DateUtil.isADateFormat(-1, WORD.matcher(plain(format)).replaceAll(""));
  }

  /** The date {@code value} in {@code format}. */
  static String show(double value, String format, boolean from1904) {
    String quoted =
        WORD.matcher(plain(format))
            .replaceAll(
                word ->
                    Matcher.quoteReplacement(
                        "\"" + (word.group(1) == null ? word.group(2) : word.group(1)) + "\""));
    if (format.contains(HALVES)) {
      quoted = "AM/PM " + quoted;
    }
    String text =
        CellFormat.getInstance(Locale.US, quoted).apply(DateUtil.getJavaDate(value, from1904)).text;
    return format.contains(HALVES) ? text.replace("AM ", "上午").replace("PM ", "下午") : text;
  }

  /** Without the language that it is for, and without how it shows what is no date. */
  private static String plain(String format) {
    return LOCALE.matcher(format.split(";", 2)[0]).replaceAll("").replace(HALVES, "");
  }
}
