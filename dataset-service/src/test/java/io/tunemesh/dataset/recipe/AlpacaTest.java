package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.dataset.recipe.Sample.Made;
import org.junit.jupiter.api.Test;

class AlpacaTest {

  private static final String ROWS =
      """
      {"instruction": "Add the numbers.", "input": "2 3", "output": "5", "system": "You count."}
      {"instruction": "那深圳呢？", "output": "也下雨。", "history": [["广州天气如何？", "下雨。"], ["远吗？", "不远。"]]}
      {"instruction": "Say it.", "input": "", "output": " "}
      {"instruction": "Say it.", "output": "It.", "history": [["only a question"]]}
      {"instruction": "Say it.", "output": "It.", "history": "never"}
      {"input": "Only an input.", "output": "Fine."}
      {"output": "Nothing was asked."}
      {"instruction": "Say it.", "output": "It.", "history": [["Who?", "\\u00a0"]]}
      """;

  @Test
  void asksTheInstructionWithItsInputBelow() throws Exception {
    Made made = Sample.jsonl(ROWS).read("alpaca");

    assertThat(made.texts(0))
        .containsExactly("system: You count.", "user: Add the numbers.\n2 3", "assistant: 5");
    assertThat(made.texts(2)).containsExactly("user: Only an input.", "assistant: Fine.");
  }

  @Test
  void putsTheHistoryBefore() throws Exception {
    Made made = Sample.jsonl(ROWS).read("alpaca");

    assertThat(made.texts(1))
        .containsExactly(
            "user: 广州天气如何？",
            "assistant: 下雨。",
            "user: 远吗？",
            "assistant: 不远。",
            "user: 那深圳呢？",
            "assistant: 也下雨。");
    assertThat(made.examples().get(1).language()).isEqualTo("zh");
    assertThat(((Alpaca.Instruction) made.examples().get(1).structure()).history()).hasSize(2);
  }

  @Test
  void refusesWhatIsEmptyOrMalformedWithItsColumn() throws Exception {
    Made made = Sample.jsonl(ROWS).read("alpaca");

    assertThat(made.refused())
        .extracting(line -> line.row() + " " + line.code() + " " + line.column())
        .containsExactly(
            "3 empty_cell output",
            "4 history_malformed history",
            "5 history_malformed history",
            "7 empty_cell instruction",
            "8 history_malformed history");
  }

  @Test
  void findsTheColumnsOfQuestionsAndAnswers() throws Exception {
    Made made = Sample.tsv("问题\t答案\n天为什么蓝？\t因为散射。\n").read("alpaca");

    assertThat(made.texts(0)).containsExactly("user: 天为什么蓝？", "assistant: 因为散射。");
  }

  @Test
  void refusesAColumnThatTheUserNamesAndTheFileHasNot() {
    assertThatThrownBy(() -> Sample.jsonl(ROWS).column("input", "inptu").read("alpaca"))
        .isInstanceOf(ColumnsMissing.class)
        .hasMessageContaining("names 'inptu' for input")
        .hasMessageContaining("'instruction', 'input'");
  }

  @Test
  void refusesAnErrorInAColumnThatMayBeEmpty() throws Exception {
    Made made =
        Sample.tsv("instruction\tinput\toutput\nAdd.\t#VALUE!\t5\nAdd.\t\t5\n").read("alpaca");

    assertThat(made.codes()).containsExactly("error_value");
    assertThat(made.refused().getFirst().cell()).isEqualTo("B2");
    assertThat(made.texts(0)).containsExactly("user: Add.", "assistant: 5");
  }
}
