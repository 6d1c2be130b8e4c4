package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionReaderTest {
  private static final String TEXT = "　　河流把上游的泥沙带到入海口，年复一年，三角洲就这样长了出来。";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "丁 答案：B",
        "丁（答案：B）",
        "丁。故选B。",
        "丁 正确答案：Ｂ",
        "丁，应选 B",
        "丁。答案为（B）",
        "To leave. Answer: B",
        "To leave. The answer is B.",
        "To leave (key B)"
      })
  void refusesAnOptionThatNamesTheAnswer(String option) {
    for (int k = 0; k < 4; k++) {
      assertThat(refusal(read(k, option))).isEqualTo(Refusal.UNNUMBERED_QUESTION);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the key: patience",
        "the key: Patience",
        "the monkey B",
        "To answer a question",
        "答案在 A 地",
        "维生素 B",
        "Take vitamin C and D.",
        "A boy"
      })
  void keepsAnOptionThatOnlySpeaksOfAnAnswer(String option) {
    for (int k = 0; k < 4; k++) {
      assertThat(options(read(k, option)).get(k)).isEqualTo(option);
    }
  }

  /** A question whose option of an index, counted from 0 for A, is given. */
  private static ExamRow read(int index, String option) {
    String[] options = {"泥沙", "海水", "河床", "岛屿"};
    options[index] = option;
    return read(
        "1．下列正确的是\nA．%s\nB．%s\nC．%s\nD．%s\n2．请概括。（4分）"
            .formatted(options[0], options[1], options[2], options[3]));
  }

  private static ExamRow read(String cell) {
    return Roads.read(new ExamCells(TEXT, cell, "1．A"));
  }

  private static List<String> options(ExamRow row) {
    assertThat(row).isInstanceOf(ExamRow.Kept.class);
    return List.copyOf(((ExamRow.Kept) row).items().getFirst().options().values());
  }

  private static Refusal refusal(ExamRow row) {
    assertThat(row).isInstanceOf(ExamRow.Refused.class);
    return ((ExamRow.Refused) row).code();
  }
}
