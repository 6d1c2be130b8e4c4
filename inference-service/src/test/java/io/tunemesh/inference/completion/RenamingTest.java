package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RenamingTest {

  private final Renaming renaming = Renaming.of("ft:x@0123456789abcdef", "ft:\"二\"");

  @Test
  void changesTheModelOfAQuestionAndNoOtherByte() {
    String question =
        " {\"a\": {\"model\": \"in\"}, \"n\": 1.0e3, \"model\" : \"ft:\\u4e8c\" , \"b\": [\"model\"]} ";

    assertThat(question(question))
        .isEqualTo(question.replace("ft:\\u4e8c", "ft:x@0123456789abcdef"));
  }

  @Test
  void changesTheEnginesNameWhereverItStandsInAnAnswer() {
    String answer =
        "{\"model\":\"ft:x@0123456789abcdef\",\"e\":\"no ft:x@0123456789abcdef here\",\"x\":\"ft:x@01\"}";

    assertThat(renaming.answer(Buffer.buffer(answer)))
        .hasToString(
            "{\"model\":\"ft:\\\"二\\\"\",\"e\":\"no ft:\\\"二\\\" here\",\"x\":\"ft:x@01\"}");
  }

  @Test
  void leavesAnAnswerAloneThatHasNoName() {
    Buffer answer = Buffer.buffer("{\"model\":\"ft:x@0123456789abcde\"}");

    assertThat(renaming.answer(answer)).isSameAs(answer);
    assertThat(Renaming.NONE.answer(answer)).isSameAs(answer);
  }

  @Test
  void changesTheNameOfABaseInItsFieldAlone() {
    Renaming base = Renaming.ofAnswers("first", "known");
    String answer = "{\"model\":\"first\",\"a\":\"first\",\"b\":\"\\\"model\\\":\\\"first\\\"\"}";

    assertThat(base.answer(Buffer.buffer(answer)))
        .hasToString(answer.replaceFirst("first", "known"));
    byte[] question = "{\"model\":\"known\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(base.question(question)).isSameAs(question);
  }

  private String question(String question) {
    return new String(
        renaming.question(question.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }
}
