package io.tunemesh.dataset.recipe;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.regex.Pattern;

/** Numbers as people type them into cells. */
public final class Numbers {

  private static final Pattern FORM =
      Pattern.compile("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,2})?");

  private Numbers() {}

  /**
   * A number in its one canonical form: no exponent, and no zeros at the end of a fraction. Null
   * where the text is none, as one with a comma is, for a comma means two things.
   */
  public static BigDecimal of(String written) {
    String plain = Normalizer.normalize(written, Normalizer.Form.NFKC).strip();
    if (!FORM.matcher(plain).matches()) {
      return null;
    }
    BigDecimal number = new BigDecimal(plain);
    return number.signum() == 0
        ? BigDecimal.ZERO
        : new BigDecimal(number.stripTrailingZeros().toPlainString());
  }
}
