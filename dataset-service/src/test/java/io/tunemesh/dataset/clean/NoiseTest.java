package io.tunemesh.dataset.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.platform.text.Controls;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseTest {

  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final Charset GBK = Charset.forName("GBK");

  static Stream<String> good() {
    return GoodTexts.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("good")
  void leavesGoodTextAlone(String text) {
    assertThat(Garbled.sign(text)).isEmpty();
    assertThat(Controls.sign(text)).isEmpty();
    assertThat(Controls.strip(text)).isSameAs(text);
    assertThat(Repetition.sign(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cafÃ©",
        "Ã©tÃ©",
        "CAFÃ‰ DÃ‰JÃ€ VU, TRÃˆS BIEN",
        "20Â°C Ã  l'ombre",
        "itâ€™s hers",
        "good ðŸ˜€ day",
        "ä½ å¥½ï¼Œä¸–ç•Œ",
        "ÐŸÑ€Ð¸Ð²ÐµÑ‚, Ð¼Ð¸Ñ€",
        "the price is \uFFFD20",
        "錢 锟斤拷锟斤拷 用户",
        "浣犲ソ锛屼笘鐣",
        "\uE123\uE124 a \uF8F0",
        "\uDBC0\uDC00\uDBC0\uDC01 ok"
      })
  void findsGarbledText(String text) {
    assertThat(Garbled.sign(text)).isPresent();
  }

  @Test
  void findsEveryGoodTextOfOtherLettersWhenItWasReadInAWrongEncoding() {
    for (String text :
        new String[] {
          GoodTexts.CHINESE,
          GoodTexts.JAPANESE,
          GoodTexts.KOREAN,
          GoodTexts.ARABIC,
          GoodTexts.FRENCH,
          GoodTexts.RUSSIAN,
          GoodTexts.GERMAN
        }) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      assertThat(Garbled.sign(new String(utf8, StandardCharsets.ISO_8859_1))).isPresent();
      assertThat(Garbled.sign(new String(utf8, WINDOWS))).isPresent();
    }
    byte[] chinese = "今天的豆腐一定能卖个好价钱".getBytes(StandardCharsets.UTF_8);
    assertThat(Garbled.sign(new String(chinese, GBK))).isPresent();
  }

  @Test
  void saysWhichPieceIsGarbled() {
    assertThat(Garbled.sign("Un cafÃ©, s'il vous plaît"))
        .hasValue("it was written in UTF-8 and read as Latin-1: 'Ã©'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uFEFFfirst",
        "zero\u200Bwidth",
        "pay\u202Efdp.exe",
        "a\u0000b",
        "a\u001Bb",
        "next\u0085line",
        "soft\u00ADhyphen",
        "word\u2060joiner",
        "Latin\u200Djoined",
        "left\u200Eto right",
        "tag\uDB40\uDC67 alone",
        "中文\u200C空"
      })
  void stripsControlCharactersAndNamesThem(String text) {
    String stripped = Controls.strip(text);

    assertThat(text.codePointCount(0, text.length()) - stripped.length()).isEqualTo(1);
    assertThat(Controls.sign(stripped)).isEmpty();
    assertThat(Controls.sign(text).orElseThrow()).startsWith("it has the character U+");
  }

  @Test
  void keepsTabsAndLineEnds() {
    assertThat(Controls.sign("a\tb\r\nc\n")).isEmpty();
  }

  @Test
  void findsTheSameLineOverAndOver() {
    String text = "Click here to read the whole of this story.\n".repeat(9) + "It was a good day.";

    assertThat(Repetition.sign(text).orElseThrow()).contains("8 of its 10 lines repeat others");
  }

  @Test
  void findsTheSameParagraphOverAndOver() {
    String part = "The first line of a part\nand the second line of it\n\n";
    String text = part + GoodTexts.DIALOGUE + "\n\n" + part + part + part;

    assertThat(Repetition.sign(text)).isPresent();
  }

  @Test
  void findsTheSameWordsOverAndOver() {
    String english = "I am sorry I am sorry ".repeat(20);
    String chinese = "好的好的我知道了".repeat(12);

    assertThat(Repetition.sign(english).orElseThrow()).contains("% of its text are");
    assertThat(Repetition.sign(chinese)).isPresent();
  }

  @Test
  void findsALongRunOfWordsThatWasSaidBefore() {
    String twice = "when the rain had ended the old keeper went down to the harbour with his lamp ";
    String text =
        "It was late in the year and nobody came. "
            + twice
            + "and looked at every boat, one after the other, until the moon stood high. "
            + "Nothing had changed since the winter before; "
            + twice
            + "because he had promised it to his wife, long ago, on a night like this one.";

    assertThat(Repetition.sign(text).orElseThrow()).contains("were said before in it");
  }

  @Test
  void judgesNoShortText() {
    assertThat(Repetition.sign("no no no no no no no no no no")).isEmpty();
  }
}
