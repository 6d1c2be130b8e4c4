package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordEndsTest {
  private static final WordEnds WORDS = WordEnds.of("plan a mr");

  @ParameterizedTest
  @CsvSource({
    "my plan,true",
    "plan,true",
    "PLAN,true",
    "'plan  ',true",
    "explan,false",
    "图plan,false",
    "图 plan,true",
    "plan.,false",
    "lan,false",
    "is a,true",
    "is A,false",
    "'',false",
  })
  void findsAWholeWordBeforeAPosition(String before, boolean found) {
    assertThat(WORDS.before(Shadow.of(before + "B."), before.length())).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({"to Mr.,true", "'to Mr. ',true", "to Mr,true", "to Mr..,false", "Hmr.,false"})
  void findsAShortenedWord(String before, boolean found) {
    assertThat(WORDS.shortenedBefore(Shadow.of(before + "B."), before.length())).isEqualTo(found);
  }
}
