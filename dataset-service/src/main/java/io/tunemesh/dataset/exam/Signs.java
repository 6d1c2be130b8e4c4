package io.tunemesh.dataset.exam;

/** What folded signs do beside a number or a letter. */
final class Signs {
  private static final CharClass STOPS = CharClass.of(".、):,]。;");
  private static final CharClass DELIMITERS = CharClass.of(".、):,]。");
  private static final CharClass POINTS = CharClass.of(".、:");

  private Signs() {}

  /** Sets a number or a letter off from the text behind it. */
  static boolean isStop(char c) {
    return STOPS.holds(c);
  }

  /** A stop that may stand next to another one in the same marker. */
  static boolean isDelimiter(char c) {
    return DELIMITERS.holds(c);
  }

  /** A stop behind the bracket or the stop of a letter. */
  static boolean isPoint(char c) {
    return POINTS.holds(c);
  }

  /** Stands between the first and the last number of a range. */
  static boolean isDash(char c) {
    return c == '-' || c == '~' || c == '至' || c == '到';
  }
}
