package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Sample.Made;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RatingsTest {

  @Test
  void asksForANumber() throws Exception {
    Made made =
        Sample.tsv("text\tscore\nWorth it.\t4.50\n还行\t３\nBad.\ttwo\nSmall.\t0.0005\nLess.\t5e-7\n")
            .read("regression");

    assertThat(made.texts(0))
        .containsExactly(
            "user: Rate the text below. Answer with a number alone.\nWorth it.", "assistant: 4.5");
    assertThat(made.texts(1)).containsExactly("user: 给下面的文本打分，只回答一个数字。\n还行", "assistant: 3");
    assertThat(made.codes()).containsExactly("score_no_number");
    assertThat(made.refused().getFirst().cell()).isEqualTo("B4");
    assertThat(made.refused().getFirst().reason()).contains("'two'", "as 3.5");
  }

  @Test
  void refusesAScoreWithTheMarkOfAFootnote() throws Exception {
    Made made = Sample.tsv("text\tscore\nFine.\t3.5¹\nGreat.\t10²\n").read("regression");

    assertThat(made.codes()).containsExactly("score_no_number", "score_no_number");
  }

  @ParameterizedTest
  @CsvSource({
    "1e2, 100",
    "-0.50, -0.5",
    "+3., 3",
    "0.0, 0",
    ".5, 0.5",
    "100, 100",
    "－３．５０\u00a0, -3.5"
  })
  void writesANumberInOneForm(String written, String form) {
    assertThat(Numbers.of(written).toPlainString()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "1,5", "NaN", "1e999", "0x10", "5 stars", "--1", ".", "3.5¹", "10²", "x₂", "①"
      })
  void knowsWhatIsNoNumber(String written) {
    assertThat(Numbers.of(written)).isNull();
  }
}
