package io.tunemesh.platform.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkupTest {

  private static final int MANY = 100_000;
  private static final int VERY_MANY = 1_000_000;

  @Test
  void leavesWhatAPageShows() {
    String page =
        "<!DOCTYPE html><title>T</title ><SCRIPT async>x<!--</Script><p class='a' / >One<br/>"
            + "<!-- a --> two<br  />\t\n  three</p>";
    assertThat(Markup.strip(page)).isEqualTo("One\ntwo\n\nthree");
  }

  @Test
  void keepsATagThatIsNeverClosed() {
    String text = "a <b" + " ".repeat(MANY);
    assertThat(Markup.strip(text)).isEqualTo(text);
  }

  @Test
  void readsBlanksBeforeNoEndOfALineOnce() {
    String blanks = " ".repeat(VERY_MANY);
    assertThat(Markup.strip("<b>a</b>" + blanks + "b")).isEqualTo("a" + blanks + "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<!-- a ", "<script>a ", "</script <style> ", "<title>"})
  void looksForAMissingEndOnce(String opening) {
    assertThat(Markup.strip(opening.repeat(2 * MANY)) + " ").startsWith(opening);
  }

  @Test
  void findsTheEndOfOneAfterTheMissingEndOfAnother() {
    assertThat(Markup.strip("a<!-- b<style>c</style>d<!-- e")).isEqualTo("a<!-- bd<!-- e");
  }
}
