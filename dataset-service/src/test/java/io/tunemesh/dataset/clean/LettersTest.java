package io.tunemesh.dataset.clean;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LettersTest {

  @Test
  void leavesWidthCaseSpacesAndPunctuationOut() {
    assertThat(Letters.ALONE.of("Ａ股，上涨 3．5％！“Ｙes”…ﬁne é")).isEqualTo("a股上涨35yesfineé");
    assertThat(Letters.ALONE.of("—— 、。")).isEmpty();
  }

  @Test
  void keepsTheSignsOfNumbersAndSymbols() {
    assertThat(Letters.AND_SIGNS.of("From －1．5 to −0.5, e.g. 2020-01-02…"))
        .isEqualTo("from-1.5to-0.5eg2020-01-02");
    assertThat(Letters.AND_SIGNS.of("Covid-19 No.5 第-3章 $4")).isEqualTo("covid19no5第-3章$4");
    assertThat(Letters.AND_SIGNS.of("二〇二〇……5")).isEqualTo("二〇二〇5");
    assertThat(Letters.AND_SIGNS.of("yes 😀!")).isEqualTo("yes😀");
    assertThat(Letters.AND_SIGNS.of(" ?! ")).as("nothing but punctuation").isEqualTo("?!");
    assertThat(Letters.AND_SIGNS.of(" ")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "เสื้อ, เสือ",
    "जाती, जाता",
    "2023/11/2, 2023/1/12",
    "12, 1/2",
    "C#, C",
    "5%, 5",
    "a*b, ab",
    "x^2, x2",
    "12:30, 1230",
    "第1、5题, 第15题",
    "1；5, 15",
    "'1,5', 15"
  })
  void tellsTextsApartThatMeanSomethingElse(String one, String other) {
    assertThat(Letters.AND_SIGNS.of(one)).isNotEqualTo(Letters.AND_SIGNS.of(other));
    assertThat(Letters.AND_SIGNS.utf8(one)).isNotEqualTo(Letters.AND_SIGNS.utf8(other));
  }

  @Test
  void leavesOutHowASymbolIsDrawnAndMarksBesideWords() {
    assertThat(Letters.AND_SIGNS.of("\u2764\uFE0F")).isEqualTo("\u2764");
    assertThat(Letters.AND_SIGNS.of("No: 5, (or 6); 7!")).isEqualTo("no5or67");
    assertThat(Letters.AND_SIGNS.of("e\u0301")).isEqualTo("\u00E9");
    assertThat(Letters.ALONE.of("जाती 1/2 C#")).isEqualTo("जत12c");
  }

  @ParameterizedTest
  @EnumSource
  void takesEveryCharacterAsTheNormalizedTextHasIt(Letters letters) {
    for (int c = 0; c < 0x10000; c++) {
      String text = "a" + (char) c + "股" + (char) c + "5" + (char) c + "7b";
      String kept = letters.slowly(text);
      assertThat(letters.of(text)).as("U+%04X", c).isEqualTo(kept);
      assertThat(UTF_8.decode(letters.utf8(text)).toString()).as("U+%04X", c).isEqualTo(kept);
      assertThat(letters.hash(c, text)).as("U+%04X", c).isEqualTo(StableHash.and(c, kept));
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesEveryTextAsTheNormalizedTextHasIt(Letters all) {
    Random random = new Random(3);
    int[] bounds = {0x20, 0x7f, 0x2010, 0x2028, 0x3000, 0x302a, 0x4e00, 0x9fff, 0xff01, 0xff5f};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        int range = 2 * random.nextInt(bounds.length / 2);
        text.append((char) random.nextInt(bounds[range], bounds[range + 1]));
        if (random.nextInt(60) == 0) {
          text.appendCodePoint(random.nextInt(0x20000));
        }
      }
      String letters = all.slowly(text.toString());
      assertThat(all.of(text.toString())).isEqualTo(letters);
      assertThat(UTF_8.decode(all.utf8(text.toString())).toString()).isEqualTo(letters);
      assertThat(all.hash(i, text.toString()))
          .isEqualTo(StableHash.and(i, letters.isEmpty() ? text.toString() : letters));
    }
  }
}
