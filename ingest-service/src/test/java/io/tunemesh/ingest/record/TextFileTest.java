package io.tunemesh.ingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFileTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,b\nc,d\ne",
        "a,b\rc,d\re",
        "a,b\r\nc,d\r\ne",
        "a,b\rc,d\r",
        "a,b\r\nc,d\r",
        "a,b\r\nc,d\r\n",
      })
  void givesTheLinesOfAHeadThatAreWhole(String head) {
    assertThat(cut(head)).containsExactly("a,b", "c,d");
  }

  @Test
  void givesNoLineOfAHeadWithinIt() {
    assertThat(cut("a,b")).isEmpty();
  }

  private static List<String> cut(String head) {
    return new TextFile(null, StandardCharsets.UTF_8, 0, head, false).headLines();
  }
}
