package io.tunemesh.ingest.workbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What zlib accepts is inflated to the same bytes, and nothing else is. */
class InflateStreamTest {

  @Test
  void inflatesWhatZlibPacked() throws IOException {
    int[] levels = {0, 1, 2, 4, 6, 9};
    int[] strategies = {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY};
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] plain = plain(random, random.nextInt(1 << random.nextInt(4, 20)));
      byte[] packed =
          packed(plain, levels[seed % levels.length], strategies[seed % strategies.length]);

      InflateStream in = new InflateStream(cut(packed, 1 + random.nextInt(70_000)));

      assertThat(in.readAllBytes()).as("seed %d", seed).isEqualTo(plain);
      assertThat(in.getUncompressedCount()).isEqualTo(plain.length);
      assertThat(in.getCompressedCount()).isEqualTo(packed.length);
    }
  }

  @Test
  void inflatesAcrossItsBuffersHoweverItIsRead() throws IOException {
    Random random = new Random(1);
    byte[] plain = plain(random, 3_000_000);
    for (int level : new int[] {0, 1, 9}) {
      byte[] packed = packed(plain, level, Deflater.DEFAULT_STRATEGY);
      InputStream in = new InflateStream(cut(packed, 4097));
      byte[] found = new byte[plain.length];
      for (int done = 0; done < found.length; ) {
        int wanted = Math.min(found.length - done, 1 + random.nextInt(200_000));
        done += in.readNBytes(found, done, wanted);
      }

      assertThat(found).isEqualTo(plain);
      assertThat(in.read()).isNegative();
      assertThat(in.read()).isNegative();
    }
  }

  @Test
  void inflatesSeveralBlocksOfEveryKind() throws IOException {
    Random random = new Random(2);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(6, true);
    byte[] buffer = new byte[1 << 20];
    for (int i = 0; i < 60; i++) {
      deflater.setLevel(i % 3 == 0 ? 0 : 6);
      byte[] piece = plain(random, random.nextInt(i % 2 == 0 ? 12 : 30_000));
      plain.write(piece);
      deflater.setInput(piece);
      int flush = i == 30 ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH;
      int size = deflater.deflate(buffer, 0, buffer.length, flush);
      while (size > 0 || !deflater.needsInput()) {
        packed.write(buffer, 0, size);
        size = deflater.deflate(buffer, 0, buffer.length, flush);
      }
    }
    deflater.finish();
    packed.write(buffer, 0, deflater.deflate(buffer));

    assertThat(new InflateStream(cut(packed.toByteArray(), 999)).readAllBytes())
        .isEqualTo(plain.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6})
  void refusesWhatIsCutOffAnywhere(int level) throws IOException {
    byte[] packed = packed(plain(new Random(3), 900), level, Deflater.DEFAULT_STRATEGY);
    for (int length = 0; length < packed.length; length++) {
      InputStream in = new InflateStream(cut(Arrays.copyOf(packed, length), 50));

      assertThatThrownBy(in::readAllBytes)
          .as("cut off at %d", length)
          .isInstanceOf(IOException.class);
      assertThatThrownBy(in::read).as("once more").isInstanceOf(IOException.class);
    }
  }

  @Test
  void judgesDamagedBytesAsZlibDoes() throws IOException {
    int refused = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes;
      if (seed % 4 == 0) {
        bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        bytes[0] = (byte) (bytes[0] & ~7 | 5 - seed / 4 % 3);
      } else {
        int level = seed % 4 == 1 ? 1 : 9;
        bytes = packed(plain(random, 30 + random.nextInt(900)), level, seed % 3);
        for (int i = random.nextInt(3); i >= 0; i--) {
          int at = random.nextInt(seed % 8 == 1 ? Math.min(60, bytes.length) : bytes.length);
          bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
      }

      String found = outcome(new InflateStream(new ByteArrayInputStream(bytes)));

      assertThat(found).as("seed %d", seed).isEqualTo(outcome(zlib(bytes)));
      refused += found.equals("refused") ? 1 : 0;
    }
    assertThat(refused).isBetween(2000, 18_000);
  }

  @ParameterizedTest
  @CsvSource({
    "a block of no known kind, 07",
    "a length that is not said twice alike, 0105000000",
    "a distance beyond the start, 0302",
    "too many lengths, fd0000",
    "no code of lengths, 0500000000",
  })
  void refuses(String what, String hex) {
    byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(hex), 100);

    assertThat(outcome(zlib(bytes))).as(what).isEqualTo("refused");
    assertThat(outcome(new InflateStream(new ByteArrayInputStream(bytes)))).isEqualTo("refused");
  }

  @Test
  void leavesWhatFollowsTheLastBlock() throws IOException {
    byte[] packed = packed("text".getBytes(), 6, Deflater.DEFAULT_STRATEGY);

    InputStream in = new InflateStream(new ByteArrayInputStream(Arrays.copyOf(packed, 5000)));

    assertThat(in).hasContent("text");
  }

  private static String outcome(InputStream in) {
    try {
      return HexFormat.of().formatHex(in.readAllBytes());
    } catch (IOException e) {
      return "refused";
    }
  }

  private static InputStream zlib(byte[] bytes) {
    return new InflaterInputStream(new ByteArrayInputStream(bytes), new Inflater(true));
  }

  /** Bytes of which some were there before, near or far. */
  private static byte[] plain(Random random, int length) {
    byte[] plain = new byte[length];
    int kinds = 1 + random.nextInt(random.nextBoolean() ? 4 : 256);
    for (int at = 0; at < length; ) {
      if (at > 0 && random.nextInt(3) > 0) {
        int farthest = new int[] {1, 16, 32_768}[random.nextInt(3)];
        int distance = 1 + random.nextInt(Math.min(at, farthest));
        for (int left = random.nextInt(random.nextInt(20) == 0 ? 700 : 20); left > 0; left--) {
          if (at < length) {
            plain[at] = plain[at++ - distance];
          }
        }
      } else {
        plain[at++] = (byte) random.nextInt(kinds);
      }
    }
    return plain;
  }

  private static byte[] packed(byte[] plain, int level, int strategy) throws IOException {
    Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(packed, deflater)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private static InputStream cut(byte[] bytes, int piece) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return super.read(buffer, offset, Math.min(piece, length));
      }
    };
  }
}
