package io.tunemesh.dataset.token;

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

  /** Between these Java and Python write the same digits. */
  private static String decimal(double number) {
    double size = Math.abs(number);
    if (size != 0 && !(size >= 1e-3 && size < 1e7)) {
      throw new IllegalArgumentException("it writes the number " + number);
    }
    return Double.toString(number);
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
