package io.tunemesh.dataset.exam;

/** What folded signs do beside a number or a letter. */
final class Signs {
  private Signs() {}

  /** Sets a number or a letter off from the text behind it. */
  static boolean isStop(char c) {
    return c == ';' || isDelimiter(c);
  }

  /** A stop that may stand next to another one in the same marker. */
  static boolean isDelimiter(char c) {
    return switch (c) {
      case '.', '、', ')', ':', ',', ']', '。' -> true;
      default -> false;
    };
  }

  /** A stop behind the bracket or the stop of a letter. */
  static boolean isPoint(char c) {
    return c == '.' || c == '、' || c == ':';
  }

  /** Stands between the first and the last number of a range. */
  static boolean isDash(char c) {
    return c == '-' || c == '~' || c == '至' || c == '到';
  }
}
