package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExamTextTest {
  private static final Item FIRST =
      new Item(32, "Why?", Map.of("A", "one", "B", "two", "C", "three", "D", "four"), 'B');
  private static final Item SECOND =
      new Item(33, "Who?", Map.of("A", "me", "B", "you", "C", "he", "D", "she"), 'C');

  @Test
  void numbersFromOneAndEndsWithTheAnswers() {
    assertThat(ExamText.write(Language.EN, List.of(FIRST, SECOND)))
        .isEqualTo(
            """
            1. Why?
            A. one
            B. two
            C. three
            D. four
            2. Who?
            A. me
            B. you
            C. he
            D. she
            Answers: 1. B 2. C\
            """);
  }

  @Test
  void writesTheChineseAnswerLine() {
    assertThat(ExamText.write(Language.ZH, List.of(FIRST, SECOND))).endsWith("\n答案：1. B 2. C");
  }

  @Test
  void canBeReadAgain() {
    String written = ExamText.write(Language.EN, List.of(FIRST, SECOND));
    int line = written.lastIndexOf('\n');

    var row =
        Roads.read(
            new ExamCells("A text.", written.substring(0, line), written.substring(line + 1)));

    assertThat(((ExamRow.Kept) row).items())
        .extracting(Item::options)
        .containsExactly(FIRST.options(), SECOND.options());
  }

  @Test
  void keepsTheAuthorsCharactersOfThePassage() {
    assertThat(ExamText.passage("　　甲（乙）．_x000D_\r\nＡ\u200bＢ  c\n")).isEqualTo("甲（乙）．\nＡＢ  c");
  }
}
