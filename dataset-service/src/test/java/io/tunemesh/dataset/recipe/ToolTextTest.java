package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"5.0E-4", "1.0E10", "0.0005", "1.50", "-2.0E-7", "3", "1e400"})
  void readsACallWhateverTheSpellingOfItsNumbers(String number) {
    String json =
        "{\"name\":\"f\",\"arguments\":{\"x\":%s,\"y\":\"5.0E-4%s\"}}"
            .formatted(number, "\\n,".repeat(50_000));

    List<Turn> turns = List.of(Turn.user("Go"), Turn.assistant(call(json)));

    assertThat(ToolText.read(null, turns))
        .get()
        .satisfies(chat -> assertThat(chat.turns().get(1).kind()).isEqualTo(ToolText.Kind.CALLS));
  }

  @Test
  void readsFunctionsOfADatasetOfBefore() {
    String system =
        ToolText.BEFORE_FUNCTIONS
            + "{\"name\":\"f\",\"least\":5.0E-4,\"most\":1.0E10}"
            + ToolText.AFTER_FUNCTIONS;

    List<Turn> turns = List.of(Turn.user("Go"), Turn.assistant("Gone."));

    assertThat(ToolText.read(system, turns)).isPresent();
  }

  @Test
  void leavesACallAsTextThatIsWrittenOtherwise() {
    List<Turn> turns =
        List.of(
            Turn.user("Go"),
            Turn.assistant(call("{\"name\": \"f\", \"arguments\": {\"x\": 5.0E-4}}")));

    assertThat(ToolText.read(null, turns)).isEmpty();
  }

  private static String call(String json) {
    return "<tool_call>\n" + json + "\n</tool_call>";
  }
}
