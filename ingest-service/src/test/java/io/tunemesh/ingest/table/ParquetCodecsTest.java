package io.tunemesh.ingest.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/** Pages whose writers left out the sum in the page's header. */
class ParquetCodecsTest {

  private static final byte[] PAGE =
      "a page of a few words, and a few words more".getBytes(StandardCharsets.UTF_8);

  /** The head of a gzip member has what nobody asks for: RFC 1952, 2.3. */
  private static final int GZIP_HEAD = 10;

  @ParameterizedTest
  @EnumSource(names = {"SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
  void unpacksAPageOfTheSizeThatIsSaidAndNoOther(CompressionCodecName codec) throws IOException {
    byte[] packed = packed(codec);

    assertThat(unpacked(codec, packed, PAGE.length)).isEqualTo(PAGE);
    for (int wrong : new int[] {0, PAGE.length - 1, PAGE.length + 1, 1000}) {
      assertThatThrownBy(() -> unpacked(codec, packed, wrong)).isInstanceOf(Exception.class);
    }
  }

  /** Up to seven bits fill the last byte of the data and mean nothing. */
  @Test
  void givesNoOtherPageWhereABitOfGzipIsFlipped() throws IOException {
    byte[] packed = packed(CompressionCodecName.GZIP);
    int unnoticed = 0;

    for (int bit = GZIP_HEAD * 8; bit < packed.length * 8; bit++) {
      byte[] broken = packed.clone();
      broken[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        assertThat(unpacked(CompressionCodecName.GZIP, broken, PAGE.length)).isEqualTo(PAGE);
        unnoticed++;
      } catch (IOException e) {
        // as it should
      }
    }

    assertThat(unnoticed).isLessThan(8);
  }

  private static byte[] unpacked(CompressionCodecName codec, byte[] packed, int size)
      throws IOException {
    return new ParquetCodecs(1 << 20)
        .getDecompressor(codec)
        .decompress(BytesInput.from(packed), size)
        .toByteArray();
  }

  private static byte[] packed(CompressionCodecName codec) throws IOException {
    return switch (codec) {
      case SNAPPY -> Snappy.compress(PAGE);
      case ZSTD -> Zstd.compress(PAGE);
      case LZ4_RAW -> {
        Lz4Compressor lz4 = new Lz4Compressor();
        byte[] packed = new byte[lz4.maxCompressedLength(PAGE.length)];
        int size = lz4.compress(PAGE, 0, PAGE.length, packed, 0, packed.length);
        yield Arrays.copyOf(packed, size);
      }
      default -> {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
          out.write(PAGE);
        }
        yield bytes.toByteArray();
      }
    };
  }
}
