package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SynonymsTest {

  private static final Thesaurus LIST =
      Thesaurus.of(
          Map.of(
              "big", "large",
              "quick", "fast",
              "apple", "fruit",
              "a lot of", "many",
              "old", "ancient",
              "安静", "宁静",
              "安静电", "",
              "高兴", "开心"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The big house.           | The large house.
          The bigger house.        | The bigger house.
          ambig big-hearted        | ambig big-hearted
          Big house                | Large house
          BIG house                | LARGE house
          big2 2big                | big2 2big
          There is a lot of snow   | There is many snow
          There is a lot often     | There is a lot often
          他很安静。                 | 他很宁静。
          安静电器                   | 安静电器
          这里没有词                 | 这里没有词
          他big了                   | 他large了
          an old man               | an ancient man
          an apple fell            | an apple fell
          the apple fell           | the fruit fell
          """)
  void exchangesWholeWordsAlone(String text, String expected) {
    assertThat(exchanged(1.0, "", text)).containsExactly(expected);
  }

  @Test
  void exchangesNoMoreThanTheShareButOneAtLeast() {
    String hundred = "big ".repeat(100).strip();

    assertThat(count(exchanged(0.1, "", hundred), "large")).isEqualTo(10);
    assertThat(count(exchanged(0.05, "", "big big big"), "large")).isEqualTo(1);
    assertThat(count(exchanged(0.1, "", "高兴".repeat(50)), "开心")).isEqualTo(5);
  }

  @Test
  void countsTheWordsOfAllTextsTogether() {
    List<String> changed =
        exchanged(0.1, "", "big ".repeat(10).strip(), "quick ".repeat(10).strip());

    assertThat(count(changed, "large") + count(changed, "fast")).isEqualTo(2);
  }

  @Test
  void leavesWhatTheAnswerQuotes() {
    assertThat(exchanged(1.0, "He says: Big.", "The big and quick one"))
        .containsExactly("The big and fast one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          大       | a single character
          4x4     | without digits
          ...     | without digits
          ' '     | 1 to 64 characters
          """)
  void saysWhatIsNoWord(String word, String why) {
    assertThat(Thesaurus.mistake(word)).get().asString().contains(why);
  }

  @Test
  void takesEverySeparatorAndNeitherTheWordItselfNorNothing() {
    Thesaurus list = Thesaurus.of(Map.of("big", "large， huge、Big;;vast"));

    assertThat(list.of("BIG")).containsExactly("large", "huge", "vast");
    assertThat(Thesaurus.of(Map.of("big", "Big")).isEmpty()).isTrue();
  }

  private static List<String> exchanged(double share, String kept, String... texts) {
    return new Synonyms(LIST, share).exchanged(List.of(texts), kept, Chance.of("s", "ex-1"));
  }

  private static int count(List<String> texts, String word) {
    return (" " + String.join(" ", texts) + " ").split(word, -1).length - 1;
  }
}
