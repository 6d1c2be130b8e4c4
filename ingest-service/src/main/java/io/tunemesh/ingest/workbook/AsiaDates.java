package io.tunemesh.ingest.workbook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates with East Asian words in them. POI prints the quotation marks around such words, and takes
 * the {@code mm} after {@code 时} for a month, so it is given marks in place of the words.
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

  private static final String HALVES = "上午/下午";
  private static final int MARK = 0xe000;

  private AsiaDates() {}

  static boolean isAscii(String format) {
    return format.chars().allMatch(c -> c < 0x80);
  }

  /** What {@code shown} makes of {@code format}, with the words in their places. */
  static String show(String format, UnaryOperator<String> shown) {
    boolean halves = format.contains(HALVES);
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(format.replace(HALVES, "AM/PM "));
    String marked =
        word.replaceAll(
            match -> {
              words.add(match.group(1) == null ? match.group(2) : match.group(1));
              return Character.toString(MARK + words.size() - 1);
            });
    String text = shown.apply(marked);
    if (halves) {
      text = text.replace("AM ", "上午").replace("PM ", "下午");
    }
    for (int i = 0; i < words.size(); i++) {
      text = text.replace(Character.toString(MARK + i), words.get(i));
    }
    return text;
  }
}
