package io.tunemesh.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.inference.job.InvalidInput;
import io.tunemesh.inference.turn.Api;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchLinesTest {

  @Test
  void readsLinesWithTheirNumbersAndPassesOverEmptyOnes() throws IOException {
    BatchLines lines = lines("\uFEFF{\"a\": 1}\r\n\r\n  \n{\"b\": 2}");

    assertThat(lines.next()).isEqualTo(new BatchLines.Line(1, "{\"a\": 1}\r"));
    assertThat(lines.next()).isEqualTo(new BatchLines.Line(4, "{\"b\": 2}"));
    assertThat(lines.next()).isNull();
  }

  @Test
  void namesALineThatIsTooLongOrNoText() throws IOException {
    byte[] bytes = new byte[BatchLines.LONGEST + 5];
    Arrays.fill(bytes, (byte) ' ');
    bytes[0] = (byte) 0xff;
    bytes[1] = '\n';
    BatchLines lines = new BatchLines(new ByteArrayInputStream(bytes));

    assertThat(lines.next()).isEqualTo(new BatchLines.Line(1, null));
    assertThat(lines.next()).isEqualTo(new BatchLines.Line(2, null));
    assertThat(lines.next()).isNull();
  }

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

  private static BatchLines lines(String text) {
    return new BatchLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
