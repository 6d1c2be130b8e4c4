package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What it makes of bytes, well-formed or not, is what {@link String} makes of them. */
class Utf8TextsTest {

  private final Utf8Texts texts = new Utf8Texts();

  @Test
  void makesTextsOfAnyWidth() {
    for (String text :
        new String[] {"", "a", "中", "é", "中a\nb文", "中é", "中文😀", "é".repeat(9), "한글"}) {
      same(text.getBytes(StandardCharsets.UTF_8));
      same(text.repeat(2000).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void replacesWhatIsNoTextAsStringsDo() {
    byte[] good = "题目：“中文” abc 한글 é 末".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      same(bytes);
    }
    for (int start = 0xe000; start < 0xf000; start++) {
      for (byte third : new byte[] {'a', (byte) 0x80, (byte) 0xbf, (byte) 0xc0}) {
        same(new byte[] {(byte) (start >> 8), (byte) start, third});
      }
    }
  }

  private void same(byte[] bytes) {
    for (int from = 0; from < Math.min(bytes.length, 4); from++) {
      for (int to = bytes.length; to > Math.max(from, bytes.length - 4); to--) {
        String wanted = new String(bytes, from, to - from, StandardCharsets.UTF_8);

        assertThat(texts.of(bytes, from, to)).isEqualTo(wanted);
      }
    }
  }
}
