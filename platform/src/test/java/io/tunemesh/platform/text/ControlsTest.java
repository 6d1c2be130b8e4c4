package io.tunemesh.platform.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ControlsTest {

  private static final int MANY = 200_000;
  private static final String MARK = "\u200E";
  private static final String TAG = Character.toString(0xE0067);
  private static final String BLACK_FLAG = Character.toString(0x1F3F4);

  @Test
  void stripsManyMarksOfDirection() {
    assertThat(Controls.strip(("a" + MARK).repeat(MANY))).isEqualTo("a".repeat(MANY));
  }

  @Test
  void keepsManyMarksOfDirectionBeforeALetterWrittenFromTheRight() {
    String text = MARK.repeat(MANY) + "א";
    assertThat(Controls.strip(text)).isEqualTo(text);
  }

  @Test
  void stripsManyTagsThatSpellNoFlagAndKeepsThoseThatDo() {
    String tags = TAG.repeat(MANY);
    String flag = BLACK_FLAG + tags;
    assertThat(Controls.strip(tags + "a" + tags + flag + "b" + tags)).isEqualTo("a" + flag + "b");
  }
}
