package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.exam.ExamCells;
import io.tunemesh.dataset.exam.ExamReader;
import io.tunemesh.dataset.exam.ExamRow;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.recipe.Example;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShuffleTest {

  private static final String TWO_QUESTIONS =
      """
      1. What came first?
      A. Rain  B. Snow  C. Wind  D. Hail
      2. Where was it?
      A. At sea  B. In town  C. On a hill  D. In a wood""";

  @Test
  void keepsEveryAnswerWithItsOption() {
    Seed seed = Seeds.exam("ex-1", TWO_QUESTIONS, "1. B 2. D");

    List<Attempt> attempts = copier(20).copies(seed);

    assertThat(attempts).hasSize(20).allSatisfy(a -> follows(Seeds.done(a), seed));
    assertThat(attempts.stream().map(a -> Seeds.output(Seeds.done(a))))
        .doesNotHaveDuplicates()
        .doesNotContain(seed.output());
  }

  @Test
  void writesWhatTheExamReaderReadsBackAsTheSameQuestions() {
    Example made =
        Seeds.done(copier(1).copies(Seeds.exam("ex-1", TWO_QUESTIONS, "1. B 2. D")).getFirst());

    String output = Seeds.output(made);
    int answers = output.lastIndexOf('\n');
    ExamRow read =
        ExamReader.read(
            new ExamCells("A story.", output.substring(0, answers), output.substring(answers + 1)));

    assertThat(((ExamRow.Kept) read).items()).isEqualTo(made.items());
  }

  @Test
  void makesTheSameOfTheSameSaltAndAnotherOfAnother() {
    Seed seed = Seeds.exam("ex-1", TWO_QUESTIONS, "1. B 2. D");

    List<String> one =
        outputs(new Copier(Seeds.shuffle(5), Seeds.type("exam"), null, "s", null), seed);
    List<String> two =
        outputs(new Copier(Seeds.shuffle(5), Seeds.type("exam"), null, "s", null), seed);
    List<String> other =
        outputs(new Copier(Seeds.shuffle(5), Seeds.type("exam"), null, "t", null), seed);

    assertThat(two).isEqualTo(one);
    assertThat(other).isNotEqualTo(one);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          All of the above
          None of the above.
          以上都是
          以上都不对。
          以上说法都正确
          Both of these
          Neither
          两者都有
          """)
  void keepsLastWhatSpeaksOfAllBefore(String last) {
    Seed seed = Seeds.exam("ex-1", "1. Which?\nA. Rain\nB. Snow\nC. Wind\nD. " + last, "1. D");

    List<Attempt> attempts = copier(5).copies(seed);

    assertThat(attempts)
        .allSatisfy(
            attempt -> {
              Item item = Seeds.done(attempt).items().getFirst();
              assertThat(item.options().get("D")).isEqualTo(last);
              assertThat(item.answer()).isEqualTo('D');
              assertThat(item.options()).isNotEqualTo(seed.items().getFirst().options());
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Which?                        | Both A and B
          Which?                        | A和B
          Which?                        | 选项A、C都对
          Which?                        | only a and c
          Which?                        | 前两项都对
          Which?                        | the first two
          Which?                        | Options 1 and 2
          Is B better than the others?  | Hail
          A项的说法是什么意思？            | 雹
          下列对第二项的理解哪个正确？      | 雹
          Why is the first option wrong? | Hail
          What do A and B have in common? | Hail
          图中A与B的区别是什么？            | 雹
          Which is true of A?            | Hail
          """)
  void leavesQuestionsAloneThatAreTiedToLettersOrPlaces(String stem, String last) {
    Seed seed =
        Seeds.exam("ex-1", "1. %s\nA. Rain\nB. Snow\nC. Wind\nD. %s".formatted(stem, last), "1. A");

    assertThat(Seeds.dropped(copier(1).copies(seed).getFirst())).isEqualTo(Shuffle.TIED);
  }

  @Test
  void leavesAQuestionAloneWhereAllOfTheAboveIsNotLast() {
    Seed seed =
        Seeds.exam("ex-1", "1. Which?\nA. Rain\nB. Snow\nC. All of the above\nD. Wind", "1. A");

    assertThat(Seeds.dropped(copier(1).copies(seed).getFirst())).isEqualTo(Shuffle.TIED);
  }

  @Test
  void shufflesTheOtherQuestionsOfARowWithATiedOne() {
    Seed seed =
        Seeds.exam(
            "ex-1",
            "1. Which?\nA. Rain\nB. Snow\nC. Wind\nD. Both A and B\n2. Where?\nA. Sea\nB. Town\nC. Hill\nD. Wood",
            "1. D 2. C");

    Example made = Seeds.done(copier(1).copies(seed).getFirst());

    assertThat(made.items().getFirst()).isEqualTo(seed.items().getFirst());
    assertThat(made.items().getLast().options()).isNotEqualTo(seed.items().getLast().options());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Which of the following statements is true? | A sunny day
          What does the author think?                | A 20-year-old boy
          下列对原文的理解和分析，不正确的一项是（3分）    | 人们没有上路
          What is the temperature?                   | 20°C
          What is the first thing that he did?       | He rang the bell
          What does "Plan B" mean?                   | Vitamin C matters
          Why did A. M. Smith leave?                 | For Washington, D.C.
          缺乏维生素C的影响是                             | In the U.S.A. alone
          """)
  void takesOrdinaryWordsForNoTie(String stem, String option) {
    assertThat(Ties.inStem(stem)).isFalse();
    assertThat(Ties.inOption(option)).isFalse();
    assertThat(Ties.standsLast(option)).isFalse();
  }

  @Test
  void saysWhereThereIsNoOtherOrder() {
    Seed seed =
        Seeds.exam("ex-1", "1. Which?\nA. Rain\nB. Snow\nC. Wind\nD. None of the above", "1. A");

    List<Attempt> attempts = copier(20).copies(seed);

    assertThat(attempts.stream().filter(a -> a instanceof Attempt.Done))
        .hasSizeLessThanOrEqualTo(5);
    assertThat(Seeds.dropped(attempts.getLast())).isEqualTo(Shuffle.NO_OTHER);
  }

  private static void follows(Example made, Seed seed) {
    for (int i = 0; i < seed.items().size(); i++) {
      Item before = seed.items().get(i);
      Item after = made.items().get(i);
      assertThat(after.options().values())
          .containsExactlyInAnyOrderElementsOf(before.options().values());
      assertThat(after.options().get(String.valueOf(after.answer())))
          .isEqualTo(before.options().get(String.valueOf(before.answer())));
      assertThat(after.stem()).isEqualTo(before.stem());
    }
  }

  private static List<String> outputs(Copier copier, Seed seed) {
    return copier.copies(seed).stream().map(a -> Seeds.output(Seeds.done(a))).toList();
  }

  private static Copier copier(int copies) {
    return new Copier(Seeds.shuffle(copies), Seeds.type("exam"), null, "salt", null);
  }
}
