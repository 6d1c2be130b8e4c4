package io.tunemesh.platform.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlanksTest {

  /** All for which Python's str.isspace holds. */
  private static final String PYTHONS =
      "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680"
          + "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
          + "\u2028\u2029\u202f\u205f\u3000";

  @Test
  void knowsEveryBlankOfPythonsAndNoOtherCharacter() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      assertThat(Blanks.isPythonSpace(c)).as("U+%04X", c).isEqualTo(PYTHONS.indexOf(c) >= 0);
    }
  }

  @Test
  void stripsThemAtBothEndsWithTheMarkAndTheSpaceWithoutWidth() {
    String blank = PYTHONS + "\ufeff\u200b";

    assertThat(Blanks.strip(blank + "a\u00a0b\u200bc" + blank)).isEqualTo("a\u00a0b\u200bc");
    assertThat(Blanks.strip(blank)).isEmpty();
    assertThat(Blanks.isBlank(blank)).isTrue();
    assertThat(Blanks.isBlank(blank + "。" + blank)).isFalse();
    assertThat(Blanks.isBlank("")).isTrue();
  }

  @Test
  void leavesWhatShapesTheLettersBesideIt() {
    assertThat(Blanks.strip("می\u200c")).isEqualTo("می\u200c");
    assertThat(Blanks.strip("👨\u200d")).isEqualTo("👨\u200d");
  }
}
