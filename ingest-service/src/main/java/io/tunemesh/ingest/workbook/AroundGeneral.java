package io.tunemesh.ingest.workbook;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number format of General with texts around it, as {@code General"分"}, {@code General;-General}
 * or what Chinese programs write, {@code G/通用格式}: ECMA-376 part 1, 18.8.31. POI shows a number in
 * such a format as Java does, {@code 2.0230001E7}.
 */
final class AroundGeneral {

  /** Quoted, escaped, in brackets, as wide as a character, filled up, General, or itself. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"([^\"]*)\"|\\\\(.)|\\[([^\\]]*)\\]|_.|\\*.|(General|G/通用格式)|(.)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** A currency with its language, of which a reader sees the first part. */
  private static final Pattern CURRENCY = Pattern.compile("\\$([^-]*)(-.*)?");

  /** Digits, fractions, texts and parts of dates, and all that is no character to be shown. */
  private static final String NOT_SHOWN = "0#?%@.,";

  private record Section(String before, boolean general, String after) {

    String around(String number) {
      return before + (general ? number : "") + after;
    }
  }

  private final List<Section> sections;

  private AroundGeneral(List<Section> sections) {
    this.sections = sections;
  }

  /** The format of that code; null if it is another kind. */
  static AroundGeneral of(String code) {
    List<Section> sections = new ArrayList<>();
    StringBuilder before = new StringBuilder();
    StringBuilder after = null;
    for (Matcher token = TOKEN.matcher(code); token.find(); ) {
      if (";".equals(token.group(5))) {
        sections.add(section(before, after));
        before = new StringBuilder();
        after = null;
        continue;
      }
      if (token.group(4) != null) {
        if (after != null) {
          return null;
        }
        after = new StringBuilder();
        continue;
      }
      String shown = shown(token);
      if (shown == null) {
        return null;
      }
      (after == null ? before : after).append(shown);
    }
    sections.add(section(before, after));
    return sections.stream().anyMatch(Section::general) ? new AroundGeneral(sections) : null;
  }

  private static Section section(StringBuilder before, StringBuilder after) {
    return new Section(before.toString(), after != null, after == null ? "" : after.toString());
  }

  /** What a reader sees of a token; null where it makes this another kind of format. */
  private static String shown(Matcher token) {
    if (token.group(1) != null) {
      return token.group(1);
    }
    if (token.group(2) != null) {
      return token.group(2);
    }
    if (token.group(3) != null) {
      Matcher currency = CURRENCY.matcher(token.group(3));
      if (currency.matches()) {
        return currency.group(1);
      }
      return token.group(3).matches("[<>=].*") ? null : "";
    }
    String itself = token.group(5);
    if (itself == null) {
      return "";
    }
    char sign = itself.charAt(0);
    boolean isPart = NOT_SHOWN.indexOf(sign) >= 0 || sign < 128 && Character.isLetter(sign);
    return isPart ? null : itself;
  }

  /**
   * The number {@code raw}, with all its digits.
   *
   * @throws NumberFormatException if it is no number
   */
  String show(String raw) {
    String number = GeneralNumber.of(raw);
    double value = Double.parseDouble(raw.strip());
    if (value < 0) {
      String positive = number.substring(1);
      return sections.size() > 1
          ? sections.get(1).around(positive)
          : "-" + sections.getFirst().around(positive);
    }
    return sections.get(value == 0 && sections.size() > 2 ? 2 : 0).around(number);
  }
}
