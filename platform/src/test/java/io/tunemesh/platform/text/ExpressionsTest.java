package io.tunemesh.platform.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {

  /** Its beginning and its end. */
  private static final int FRAME = 3;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "\\[转发\\]",
        "(?i)a(?s:b.)c|d|(?P<year>\\d{4})-(?<day>[0-9]{1,2})",
        "(\\w+\\s){1,100}x{0,1000}y{3,}?z{0}",
        "((a{10}){10}){10}",
        "[^]{1000}(]{20}[a-\\x{3000}\\]]{30}",
        "[[:alpha:](]{9}[A-[:b:]{9}[\\d-[:digit:](]{9}",
        "\\Q(a{1000}){1000}[\\E{40}b",
        "\\x{3000}{40}\\p{Greek}{40}\\pN{40}[\\p{Han}x]{40}\\x41{3}",
        "((?:a{2,}){100}b?){6}",
        "(a{1000}[]){1000}]){2}",
        "(?:[a-z0-9-]{1,63}\\.){1,127}",
        "a{,5}b{x}c{1",
      })
  void reckonsWithNoLessThanTheProgramHas(String expression) {
    long reckoned = new ProgramSize(expression).instructions();

    assertThat(reckoned + FRAME)
        .isGreaterThanOrEqualTo(new Expressions().compile(expression).programSize());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{1000}){1000}",
        "((a{1000}){1000}){1000}",
        "(a{1000}\\Q)\\E){1000}",
        "(a{1000}[)]){1000}",
        "(a{1000}[[:alpha:])]){1000}",
        "(a{1000}\\)){1000}",
        "(?i)(?:(?s)(?P<x>a{1000})){1000}",
      })
  void refusesRepeatsOfRepeats(String expression) {
    assertThatThrownBy(() -> new Expressions().compile(expression))
        .isInstanceOf(PatternSyntaxException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void refusesALargeProgram() {
    assertThatThrownBy(() -> new Expressions().compile("(?:" + "a".repeat(900) + "){1000}"))
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> new Expressions().compile("[" + "a".repeat(1 << 20) + "]"))
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> new Expressions().compile("\\pL".repeat(1000)))
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> new Expressions().compile("(".repeat(2000) + ")".repeat(2000)))
        .hasMessageContaining("too deeply");
  }

  @Test
  void refusesWhatIsTooLargeTogether() {
    Expressions expressions = new Expressions();
    for (int i = 0; i < 99; i++) {
      expressions.compile("x{0,1000}");
    }

    assertThatThrownBy(() -> expressions.compile("(?:abc){1,1000}"))
        .hasMessageContaining("together with those before it");
  }

  @Test
  void leavesTheRestToItsParser() {
    for (String broken : List.of("(", ")", "[a", "\\")) {
      assertThatThrownBy(() -> new Expressions().compile(broken))
          .isInstanceOf(PatternSyntaxException.class);
    }
    assertThat(new Expressions().compile("a|b")).isEqualTo(Pattern.compile("a|b"));
  }
}
