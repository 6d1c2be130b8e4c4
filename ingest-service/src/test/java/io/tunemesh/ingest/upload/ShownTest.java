package io.tunemesh.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {

  @Test
  void leavesNoHalfOfACharacter() {
    assertThat(Shown.cut("ab😀c", 3)).isEqualTo("ab");
    assertThat(Shown.cut("ab😀c", 4)).isEqualTo("ab😀");
    assertThat(Shown.cut("ab😀c", 9)).isEqualTo("ab😀c");
    assertThat(Shown.cut("a\ud83db", 9)).isEqualTo("a\ufffdb");
  }
}
