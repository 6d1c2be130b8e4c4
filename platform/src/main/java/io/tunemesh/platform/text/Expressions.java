package io.tunemesh.platform.text;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Compiles the RE2 expressions of one specification. RE2 bounds the time of a search, but RE2/J
 * bounds no program's size: repeats within repeats multiply it, and a few bytes become gigabytes.
 * So what would be too large is refused before it is compiled. Not for two threads at a time.
 */
public final class Expressions {

  /** About a megabyte. */
  private static final int EACH = 20_000;

  private static final int TOGETHER = 10 * EACH;

  private long left = TOGETHER;

  /**
   * @throws PatternSyntaxException if it is no RE2 expression, or too large, alone or with those
   *     before it
   */
  public Pattern compile(String expression) {
    long size = expression.length() > EACH ? EACH + 1L : new ProgramSize(expression).instructions();
    if (size > EACH) {
      throw new PatternSyntaxException("expression too large", shown(expression));
    }
    if (size > left) {
      throw new PatternSyntaxException(
          "expression too large together with those before it", shown(expression));
    }
    left -= size;
    return Pattern.compile(expression);
  }

  private static String shown(String expression) {
    return expression.length() <= 100 ? expression : expression.substring(0, 100) + "…";
  }
}
