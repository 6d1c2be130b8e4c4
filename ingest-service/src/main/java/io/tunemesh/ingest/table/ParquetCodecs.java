package io.tunemesh.ingest.table;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.tunemesh.ingest.record.Unreadable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Unpacks the pages of a Parquet file, without Hadoop and none larger than the limit. Its sizes are
 * the file's own words.
 */
final class ParquetCodecs implements CompressionCodecFactory {

  private final long most;

  ParquetCodecs(long most) {
    this.most = most;
  }

  /** The refusal of a page beyond the limit. */
  Unreadable tooLarge() {
    return Unreadable.file(
        "too_large",
        "The Parquet file has a page of more than %,d bytes; write it with smaller pages."
            .formatted(most));
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Page(codec);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("nothing is written");
  }

  @Override
  public void release() {}

  private final class Page implements BytesInputDecompressor {
    private final CompressionCodecName codec;

    Page(CompressionCodecName codec) {
      this.codec = codec;
    }

    @Override
    public BytesInput decompress(BytesInput packed, int size) throws IOException {
      if (size < 0 || size > most) {
        throw tooLarge();
      }
      return BytesInput.from(unpacked(packed.toByteArray(), size));
    }

    @Override
    public void decompress(ByteBuffer packed, int packedSize, ByteBuffer page, int size)
        throws IOException {
      byte[] bytes = new byte[packedSize];
      packed.get(bytes);
      page.put(decompress(BytesInput.from(bytes), size).toByteArray());
    }

    @Override
    public void release() {}

    private byte[] unpacked(byte[] packed, int size) throws IOException {
      byte[] page = new byte[size];
      switch (codec) {
        case UNCOMPRESSED -> {
          return packed;
        }
        case SNAPPY -> {
          require(size, Snappy.uncompressedLength(packed));
          Snappy.uncompress(packed, 0, packed.length, page, 0);
        }
        case ZSTD -> require(size, Zstd.decompress(page, packed));
        case LZ4_RAW ->
            require(
                size, new Lz4Decompressor().decompress(packed, 0, packed.length, page, 0, size));
        case GZIP -> {
          try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            require(size, in.readNBytes(page, 0, size));
            require(-1, in.read()); // its sum is only checked at the end
          }
        }
        default ->
            throw Unreadable.file(
                "unsupported_compression",
                "The Parquet file is packed with %s; write it with snappy, zstd or gzip."
                    .formatted(codec));
      }
      return page;
    }

    /** Of fewer bytes the rest would be zeros, which are values too. */
    private static void require(int size, long found) throws IOException {
      if (found != size) {
        throw new IOException("a page of another size than said");
      }
    }
  }
}
