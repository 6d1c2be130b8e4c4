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
  void findsTheFirstByteThatIsMoreThanText() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = bytes(random);
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      int wanted = from;
      while (wanted < to && !isSpecial(bytes[wanted] & 0xff)) {
        wanted++;
      }

      assertThat(JsonBytes.special(bytes, from, to)).isEqualTo(wanted);
    }
  }

  private static boolean isSpecial(int b) {
    return b < ' ' || b == '"' || b == '\\' || b == 0xed || b >= 0xf0;
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
