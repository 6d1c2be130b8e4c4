package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExamBoundsTest {
  private static final String OPTIONS = "1．甲\nA．一\nB．二\nC．三\nD．四";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A.",
        "1. ",
        "A. B. C. D. ",
        "1-",
        "1. A ",
        "( ",
        "\n",
        " ",
        "【答案】",
        "C.\n",
        "1.x A.x B.x C.x D.x\n",
        "答"
      })
  void answersAHugeOrHostileCellSoon(String unit) {
    String largest = unit.repeat(ExamReader.LONGEST_CELL / unit.length());
    String huge = unit.repeat(1_000_000 / unit.length());

    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          ExamReader.read(new ExamCells("甲乙", largest, "1．A"));
          ExamReader.read(new ExamCells("甲乙", OPTIONS, largest));
          ExamReader.read(new ExamCells(huge, OPTIONS, "1．A"));
          ExamReader.read(new ExamCells("甲乙", huge, huge));
        });
  }

  /** Some seconds; tens of seconds where each letter looks at all the others. */
  @Test
  void readsLettersInBracketsBehindAWholeQuestionSoon() {
    String letters = "(B)".repeat((ExamReader.LONGEST_CELL - OPTIONS.length()) / 3);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 10; i++) {
            ExamReader.read(new ExamCells("甲乙", OPTIONS + letters, "1．A"));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void neverThrowsWhateverIsTyped(long seed) {
    var random = new Random(seed);
    String alphabet =
        "ABCDEabcd1234567890.．、：:()（）【】 \n\t-～题第答案解析选故项分①②Ⓐ⒈_x000D_А\uD835\uDC00\uD83C甲乙。?";

    for (int i = 0; i < 3000; i++) {
      String options = typed(random, alphabet);
      String answers = typed(random, alphabet);
      assertThatCode(
              () -> assertThat(Roads.read(new ExamCells("甲乙", options, answers))).isNotNull())
          .doesNotThrowAnyException();
    }
  }

  private static String typed(Random random, String alphabet) {
    var out = new StringBuilder(random.nextBoolean() ? OPTIONS : "");
    for (int i = random.nextInt(80); i > 0; i--) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }
}
