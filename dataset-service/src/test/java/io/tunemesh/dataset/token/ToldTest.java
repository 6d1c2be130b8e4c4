package io.tunemesh.dataset.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Turn;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToldTest {

  private static final String CALL = "<tool_call>\n{\"name\":\"f\",\"arguments\":{}}\n</tool_call>";

  @Test
  void readsThousandsOfCallsInOneTurn() {
    String calls = String.join("\n", Collections.nCopies(20_000, CALL));

    Map<String, Object> said = said("Let me see.\n" + calls);

    assertThat(said.get("content")).isEqualTo("Let me see.");
    assertThat((List<?>) said.get("tool_calls")).hasSize(20_000);
  }

  @Test
  void takesOnlyTheCallsAtTheEndOfATurn() {
    Map<String, Object> said = said(CALL + "\nand\n" + CALL + "\n" + CALL);

    assertThat(said.get("content")).isEqualTo(CALL + "\nand");
    assertThat((List<?>) said.get("tool_calls")).hasSize(2);
    assertThat(Told.asData(List.of(Turn.user("a"), Turn.assistant(CALL + "\nDone.")))).isNull();
  }

  private static Map<String, Object> said(String answer) {
    return Told.asData(List.of(Turn.user("a"), Turn.assistant(answer)))
        .parts()
        .getLast()
        .getFirst();
  }
}
