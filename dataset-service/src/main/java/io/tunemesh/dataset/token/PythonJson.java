package io.tunemesh.dataset.token;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;

/** JSON as Python's {@code json.dumps(value, ensure_ascii=False)} writes it. */
final class PythonJson {

  private PythonJson() {}

  /** Refuses what is not known to be written alike. */
  static String of(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Boolean is -> out.append(is);
      case Integer number -> out.append(number);
      case Long number -> out.append(number);
      case BigInteger number -> out.append(number);
      case Double number -> out.append(decimal(number));
      case CharSequence text -> quote(text.toString(), out);
      case Map<?, ?> map -> {
        String before = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          quote((String) entry.getKey(), out.append(before));
          write(entry.getValue(), out.append(": "));
          before = ", ";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case Collection<?> list -> {
        String before = "[";
        for (Object entry : list) {
          write(entry, out.append(before));
          before = ", ";
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      default ->
          throw new IllegalArgumentException("it writes JSON of " + value.getClass().getName());
    }
  }

  /** Whether Java and Python write the same digits of a number. */
  static boolean isWritten(double number) {
    double size = Math.abs(number);
    return size == 0 || size >= 1e-300 && size <= 1e300;
  }

  /** As {@code repr} writes it: with an exponent below 0.0001 and from 1e16 on. */
  private static String decimal(double number) {
    if (!isWritten(number)) {
      throw new IllegalArgumentException("it writes the number " + number);
    }
    if (number == 0) {
      return Double.toString(number);
    }
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      return digits.scale() > 0 ? digits.toPlainString() : digits.toPlainString() + ".0";
    }
    String first = digits.movePointLeft(exponent).toPlainString();
    return first + (exponent < 0 ? "e-%02d" : "e+%02d").formatted(Math.abs(exponent));
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
