package io.tunemesh.ingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it takes for text is what a strict decoder decodes, but for a zero. */
class Utf8TextTest {

  @Test
  void knowsEveryStartOfACharacter() throws IOException {
    for (int start = 0; start < 0x10000; start++) {
      for (String rest : new String[] {"", "80", "bf", "8080", "bfbf", "808080", "c3a9"}) {
        byte[] bytes = HexFormat.of().parseHex("%04x".formatted(start) + rest);

        assertThat(characters(bytes)).as(HexFormat.of().formatHex(bytes)).isEqualTo(decoded(bytes));
      }
    }
  }

  @Test
  void knowsEveryStartOfThreeBytesBesideOthers() throws IOException {
    for (int start = 0xe000; start < 0xf000; start++) {
      for (String third : new String[] {"7f", "80", "bf", "c0"}) {
        String odd = "%04x".formatted(start) + third;
        for (String text : new String[] {odd + "e6b189e6b189", "e6b189" + odd + "e6b189"}) {
          byte[] bytes = HexFormat.of().parseHex(text);

          assertThat(characters(bytes)).as(text).isEqualTo(decoded(bytes));
        }
      }
    }
  }

  @Test
  void countsAcrossTheEndsOfItsBlocks() throws IOException {
    String text = "é汉😀 plain ASCII that is longer than eight ".repeat(4000);
    for (int shift = 0; shift < 9; shift++) {
      byte[] bytes = ("x".repeat(shift) + text).getBytes(StandardCharsets.UTF_8);

      assertThat(characters(bytes)).isEqualTo(shift + text.length());
      assertThat(characters(Arrays.copyOf(bytes, 65536)))
          .isEqualTo(decoded(Arrays.copyOf(bytes, 65536)));
    }
  }

  @Test
  void findsOneByteThatIsNoText() throws IOException {
    byte[] good = "é汉😀 plain ASCII 汉字，汉字。".repeat(4000).getBytes(StandardCharsets.UTF_8);
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = good.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);

      assertThat(characters(bytes)).isEqualTo(decoded(bytes));
    }
  }

  @Test
  void looksOverTheHalvesOfALongFile(@TempDir Path temp) throws IOException {
    byte[] good = "é汉😀 plain ASCII ".repeat(300_000).getBytes(StandardCharsets.UTF_8);
    Path file = temp.resolve("long.txt");
    for (int cut = 0; cut < 5; cut++) {
      byte[] bytes = Arrays.copyOf(good, good.length - 2 * cut);
      Files.write(file, bytes);

      assertThat(Utf8Text.characters(file, 0)).isEqualTo(decoded(bytes));
    }
    for (int place : new int[] {0, good.length / 2 - 1, good.length / 2, good.length - 1}) {
      byte[] bytes = good.clone();
      bytes[place] = (byte) 0xff;
      Files.write(file, bytes);

      assertThat(Utf8Text.characters(file, 0)).isEqualTo(-1);
    }
  }

  private static long characters(byte[] bytes) throws IOException {
    return Utf8Text.characters(new ByteArrayInputStream(bytes), Long.MAX_VALUE);
  }

  private static long decoded(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return -1;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .length();
    } catch (CharacterCodingException e) {
      return -1;
    }
  }
}
