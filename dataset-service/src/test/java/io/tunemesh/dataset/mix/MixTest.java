package io.tunemesh.dataset.mix;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.mix.Mix.Source;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MixTest {

  @Test
  void repeatsEachSourceAsOftenAsItAsksWithoutWeights() {
    assertThat(Mix.lines(List.of(new Source(60, 2, 0, null), new Source(45, 1, 0, null))))
        .containsExactly(120L, 45L);
  }

  @Test
  void sharesTheSameNumberOfLinesByWeight() {
    assertThat(Mix.lines(List.of(new Source(90, 1, 0, 4.0), new Source(10, 1, 0, 1.0))))
        .containsExactly(80L, 20L);
  }

  @Test
  void countsASourceWithoutWeightAsOne() {
    assertThat(Mix.lines(List.of(new Source(50, 1, 0, 3.0), new Source(50, 1, 0, null))))
        .containsExactly(75L, 25L);
  }

  @Test
  void givesNothingToASourceWithoutTrainingExamples() {
    assertThat(Mix.lines(List.of(new Source(0, 5, 0, 1000.0), new Source(7, 1, 0, 0.5))))
        .containsExactly(0L, 7L);
    assertThat(Mix.lines(List.of(new Source(0, 5, 0, 1.0)))).containsExactly(0L);
  }

  @Test
  void takesSomeExamplesOnceMore() {
    assertThat(Mix.lines(List.of(new Source(122, 1, 30, null), new Source(0, 1, 30, null))))
        .containsExactly(152L, 0L);
    assertThat(Mix.lines(List.of(new Source(10, 2, 25, null)))).containsExactly(45L);
  }

  @Test
  void losesNoLineToRounding() {
    var sources =
        List.of(new Source(11, 1, 0, 1.0), new Source(13, 1, 0, 1.0), new Source(17, 1, 0, 1.0));

    assertThat(Mix.lines(sources).stream().mapToLong(Long::longValue).sum()).isEqualTo(41);
  }

  @Test
  void takesExactlyTheLinesThatWereAllottedAndSpreadsTheRest() {
    for (long examples = 1; examples <= 12; examples++) {
      for (long lines = 0; lines <= 40; lines++) {
        long[] taken = new long[(int) examples];
        for (long pass = 0; pass < Mix.passes(examples, lines); pass++) {
          for (long index = 0; index < examples; index++) {
            taken[(int) index] += Mix.takes(pass, index, examples, lines) ? 1 : 0;
          }
        }
        assertThat(LongStream.of(taken).sum()).isEqualTo(lines);
        assertThat(
                LongStream.of(taken).max().orElseThrow() - LongStream.of(taken).min().orElseThrow())
            .isLessThanOrEqualTo(1);
      }
    }
  }
}
