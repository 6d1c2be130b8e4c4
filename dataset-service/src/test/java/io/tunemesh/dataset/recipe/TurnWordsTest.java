package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.platform.text.Markup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnWordsTest {

  private static final String CALL = "<tool_call>\n{\"name\":\"f\",\"arguments\":{}}\n</tool_call>";

  @ParameterizedTest
  @ValueSource(strings = {"", "<br>\n", "<p> </p>\n"})
  void leavesNoLineOfWordsThatBecomeNothing(String words) {
    assertThat(TurnWords.changed(words + CALL, Markup::strip)).isEqualTo(CALL);
  }
}
