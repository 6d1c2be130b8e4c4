package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {

  private static final String[] PIECES = {
    "plain", "é", "汉字", "한글", "\ud7ff", "\ue000", "\u007f", " ", "\"", "\\n", "\\\\", "\u001f",
    "\n", "\\u0041", "😀", "\\\\u"
  };

  @Test
  void findsTheFirstByteThatEndsOrEscapes() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = bytes(random);
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      int wanted = from;
      while (wanted < to
          && (bytes[wanted] < 0
              || bytes[wanted] >= ' ' && bytes[wanted] != '"' && bytes[wanted] != '\\')) {
        wanted++;
      }

      assertThat(JsonBytes.special(bytes, from, to)).isEqualTo(wanted);
    }
  }

  @Test
  void findsWhatMayBeHalfOfACharacter() {
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = bytes(random);
      if (random.nextInt(9) == 0 && bytes.length > 2) {
        int at = random.nextInt(bytes.length - 2);
        System.arraycopy(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, 0, bytes, at, 3);
      }
      boolean wanted = false;
      for (int at = 0; at < bytes.length; at++) {
        int next = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
        wanted |=
            bytes[at] == '\\' && next == 'u'
                || (bytes[at] & 0xf0) == 0xf0
                || bytes[at] == (byte) 0xed && next >= 0xa0;
      }

      assertThat(JsonBytes.mayHoldHalves(bytes, 0, bytes.length)).isEqualTo(wanted);
    }
  }

  private static byte[] bytes(Random random) {
    StringBuilder text = new StringBuilder();
    int usual = 1 + random.nextInt(PIECES.length);
    for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
      text.append(PIECES[random.nextInt(usual)]);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
