package io.tunemesh.ingest.workbook;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A number in the format General as it is stored, in plain decimals. Excel shows eleven digits of
 * it at most, by which two long numbers would become one.
 */
final class GeneralNumber {

  /** What Excel keeps of a number; a double's last digits are noise, as in 0.1 + 0.2. */
  private static final MathContext DIGITS = new MathContext(15, RoundingMode.HALF_UP);

  /** From so many digits before the point on, and from so many zeros behind it, by an exponent. */
  private static final int LARGE = 21;

  private static final int SMALL = -10;

  private GeneralNumber() {}

  /**
   * A whole number has all the digits that were stored, another one 15.
   *
   * @throws NumberFormatException if it is no number
   */
  static String of(String raw) {
    if (isWhole(raw)) {
      return raw;
    }
    String stored = raw.strip();
    double value = Double.parseDouble(stored);
    if (!Double.isFinite(value)) {
      return stored;
    }
    BigDecimal number = BigDecimal.valueOf(value).round(DIGITS);
    if (number.signum() == 0) {
      return "0";
    }
    number = number.stripTrailingZeros();
    int exponent = number.precision() - number.scale() - 1;
    return exponent < LARGE && exponent > SMALL
        ? number.toPlainString()
        : withExponent(number, exponent);
  }

  private static String withExponent(BigDecimal number, int exponent) {
    String digits = number.unscaledValue().abs().toString();
    return (number.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "E%+03d".formatted(exponent);
  }

  /** Whether it is a whole number as a person writes it. */
  private static boolean isWhole(String raw) {
    int length = raw.length();
    int first = length > 1 && raw.charAt(0) == '-' ? 1 : 0;
    if (length == 0 || length - first > LARGE || raw.charAt(first) == '0' && length > 1) {
      return false;
    }
    for (int i = first; i < length; i++) {
      if (raw.charAt(i) < '0' || raw.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
