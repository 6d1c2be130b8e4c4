package io.tunemesh.dataset.recipe;

import io.tunemesh.platform.template.Blanks;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people type them into cells. */
public final class Numbers {

  private static final Pattern FORM =
      Pattern.compile("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,2})?");

  private static final Pattern FULL_WIDTH = Pattern.compile("[！-～]");

  private Numbers() {}

  /**
   * A number in its one canonical form: no exponent, and no zeros at the end of a fraction. Null
   * where the text is none, as one with a comma is, for a comma means two things, or one with a
   * superscript, which may be a power or the mark of a footnote.
   */
  public static BigDecimal of(String written) {
    String plain =
        FULL_WIDTH.matcher(Blanks.strip(written)).replaceAll(wide -> narrow(wide.group()));
    if (!FORM.matcher(plain).matches()) {
      return null;
    }
    BigDecimal number = new BigDecimal(plain);
    return number.signum() == 0
        ? BigDecimal.ZERO
        : new BigDecimal(number.stripTrailingZeros().toPlainString());
  }

  private static String narrow(String wide) {
    return Matcher.quoteReplacement(Normalizer.normalize(wide, Normalizer.Form.NFKC));
  }
}
