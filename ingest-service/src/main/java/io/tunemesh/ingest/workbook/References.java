package io.tunemesh.ingest.workbook;

/** The characters that XML lets a text name: five by a word, and all by number. */
final class References {

  private References() {}

  /** {@code text} with each of them in its place; null if it names anything else. */
  static String resolve(String text) {
    int from = text.indexOf('&');
    if (from < 0) {
      return text;
    }
    StringBuilder resolved = new StringBuilder(text.length());
    int done = 0;
    for (; from >= 0; from = text.indexOf('&', done)) {
      int end = text.indexOf(';', from);
      int code = end < 0 ? -1 : code(text.substring(from + 1, end));
      if (code < 0) {
        return null;
      }
      resolved.append(text, done, from).appendCodePoint(code);
      done = end + 1;
    }
    return resolved.append(text, done, text.length()).toString();
  }

  private static int code(String name) {
    return switch (name) {
      case "amp" -> '&';
      case "lt" -> '<';
      case "gt" -> '>';
      case "quot" -> '"';
      case "apos" -> '\'';
      default -> number(name);
    };
  }

  /** The character of a number as {@code #10} or {@code #xA}; -1 for what XML cannot hold. */
  private static int number(String name) {
    boolean hex = name.startsWith("#x");
    String digits = name.substring(Math.min(name.length(), hex ? 2 : 1));
    if (!name.startsWith("#") || !digits.matches(hex ? "[0-9a-fA-F]{1,6}" : "[0-9]{1,7}")) {
      return -1;
    }
    int code = Integer.parseInt(digits, hex ? 16 : 10);
    boolean whole =
        code == '\t'
            || code == '\n'
            || code == '\r'
            || code >= 0x20 && code < 0xd800
            || code >= 0xe000 && code <= 0xfffd
            || code >= 0x10000 && code <= 0x10ffff;
    return whole ? code : -1;
  }
}
