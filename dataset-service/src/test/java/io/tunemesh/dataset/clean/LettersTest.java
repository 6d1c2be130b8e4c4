package io.tunemesh.dataset.clean;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LettersTest {

  @Test
  void leavesWidthCaseSpacesAndPunctuationOut() {
    assertThat(Letters.of("Ａ股，上涨 3．5％！“Ｙes”…ﬁne é")).isEqualTo("a股上涨35yesfineé");
    assertThat(Letters.of("—— 、。")).isEmpty();
  }

  @Test
  void takesEveryCharacterAsTheNormalizedTextHasIt() {
    for (int c = 0; c < 0x10000; c++) {
      String text = "a" + (char) c + "股b";
      String letters = Letters.normalized(text);
      assertThat(Letters.of(text)).as("U+%04X", c).isEqualTo(letters);
      assertThat(UTF_8.decode(Letters.utf8(text)).toString()).as("U+%04X", c).isEqualTo(letters);
    }
  }

  @Test
  void takesEveryTextAsTheNormalizedTextHasIt() {
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
      String letters = Letters.normalized(text.toString());
      assertThat(Letters.of(text.toString())).isEqualTo(letters);
      assertThat(UTF_8.decode(Letters.utf8(text.toString())).toString()).isEqualTo(letters);
    }
  }
}
