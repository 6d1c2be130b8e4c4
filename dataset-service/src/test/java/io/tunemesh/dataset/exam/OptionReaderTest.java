package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "阅读下面的文字，完成2~3题。",
        "阅读下面的文字，完成下面小题。",
        "阅读下面的短文，回答问题。",
        "阅读材料，完成各题。",
        "阅读材料，回答第2题到第3题。",
        "阅读下列短文，从每题所给的A、B、C、D四个选项中选出最佳选项。",
        "阅读短文，选出最佳选项。",
        "Read the passage and answer questions 2-3.",
        "Read the text and choose the best option.",
        "（二）文学类文本阅读（12分）"
      })
  void cutsOffAnInstructionBehindTheLastOption(String line) {
    assertThat(options(read(3, "岛屿\n" + line)).get(3)).isEqualTo("岛屿");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "读者在数字时代只有通过深度\n阅读才能完成对经典文本的意义建构。",
        "读者的任务由\n阅读来完成",
        "It is only mentioned in\nPassage 2.",
        "They told him to\nRead the map.",
        "He slept. \nRead the map.",
        "岛屿\nPassage B"
      })
  void refusesALineThatMayBeAHeadingOrTheRestOfTheLastOption(String option) {
    assertThat(refusal(read(3, option))).isEqualTo(Refusal.OPTION_UNCLEAR);
  }

  @Test
  void cutsOffAPassageBehindASentence() {
    assertThat(options(read(3, "He slept.\nPassage B")).get(3)).isEqualTo("He slept.");
  }

  @Test
  void refusesWhatIsToBeReadBehindAnyOption() {
    for (int k = 0; k < 4; k++) {
      assertThat(refusal(read(k, "岛屿\n阅读下面的材料。"))).isEqualTo(Refusal.UNNUMBERED_QUESTION);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "岛屿\n作者为什么这样写？",
        "岛屿\n请简要概括文章主旨。",
        "岛屿\n试分析其作用。",
        "岛屿\n结合全文谈谈看法",
        "岛屿。\n请简要概括文章主旨。"
      })
  void refusesAQuestionWithoutANumberBehindTheLastOption(String option) {
    assertThat(refusal(read(3, option))).isEqualTo(Refusal.UNNUMBERED_QUESTION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"他再三\n试图离开", "把两者\n结合起来", "旧屋替代了\n书屋？"})
  void keepsALastOptionThatGoesOnLikeAQuestion(String option) {
    assertThat(options(read(3, option)).get(3)).isEqualTo(option.replace("\n", ""));
  }

  @Test
  void keepsTheRestOfTheLastOptionWhereTheOthersAreAsItIs() {
    assertThat(options(read("1．问的是\nA．为什么？\nB．是什么？\nC．在何处？\nD．河流\n从何处来？")).getLast())
        .isEqualTo("河流从何处来？");
    assertThat(options(read("1．正确的是\nA．泥沙。\nB．海水。\nC．河床。\nD．他不\n请人帮忙。")).getLast())
        .isEqualTo("他不请人帮忙。");
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
