package io.tunemesh.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.inference.job.InvalidInput;
import io.tunemesh.inference.job.Lines;
import io.tunemesh.inference.turn.Api;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BatchCheckTest {

  @Test
  void tellsHowManyMoreMistakesThereAre() {
    assertThatThrownBy(() -> new BatchCheck(Api.CHAT, 100, 3).rows(lines("x\n".repeat(5))))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            invalid -> {
              assertThat(invalid.problems()).hasSize(4);
              assertThat(invalid.problems().getLast().message()).contains("2 more");
            });
  }

  @Test
  void refusesAnInputThatIsEmptyOrTooLong() {
    assertThatThrownBy(() -> new BatchCheck(Api.CHAT, 100, 3).rows(lines("\n \n")))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            invalid -> assertThat(invalid.problems().getFirst().code()).isEqualTo("empty_file"));
    assertThatThrownBy(() -> new BatchCheck(Api.CHAT, 2, 3).rows(lines("x\nx\nx\n")))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            invalid ->
                assertThat(invalid.problems().getFirst().code()).isEqualTo("too_many_tasks"));
  }

  private static Lines lines(String text) {
    return new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 100);
  }
}
