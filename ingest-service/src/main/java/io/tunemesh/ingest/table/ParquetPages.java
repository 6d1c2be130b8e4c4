package io.tunemesh.ingest.table;

import io.tunemesh.ingest.record.Unreadable;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;

/**
 * The pages of one row group, each read from the file when its column comes to it. However large
 * the group is, no more is held than one page and the dictionary of each column, and together these
 * are no larger than the limit. Sizes are the file's own words.
 */
final class ParquetPages implements PageReadStore {

  private static final int BUFFER = 8 * 1024;

  private final RandomAccessFile file;
  private final BlockMetaData group;
  private final ParquetCodecs codecs;
  private final long most;
  private long held;

  ParquetPages(RandomAccessFile file, BlockMetaData group, ParquetCodecs codecs, long most) {
    this.file = file;
    this.group = group;
    this.codecs = codecs;
    this.most = most;
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return group.getColumns().stream()
        .filter(chunk -> Arrays.equals(chunk.getPath().toArray(), column.getPath()))
        .findFirst()
        .map(Column::new)
        .orElseThrow(() -> new IllegalArgumentException("a row group without one of the columns"));
  }

  @Override
  public long getRowCount() {
    return group.getRowCount();
  }

  private void hold(long bytes) {
    held += bytes;
    if (held > most) {
      throw Unreadable.file(
          "too_large",
          "The Parquet file has pages of more than %,d bytes side by side; write it with smaller pages or fewer columns."
              .formatted(most));
    }
  }

  /** At most what a page holds, whichever of the two it tells wrongly. */
  private static long size(PageHeader header) {
    return Math.max(
        0, Math.max(header.getUncompressed_page_size(), header.getCompressed_page_size()));
  }

  private final class Column implements PageReader {

    private final ColumnChunkMetaData chunk;
    private final BytesInputDecompressor codec;
    private final InputStream in;
    private PageHeader ahead;
    private long left;
    private long page;

    Column(ColumnChunkMetaData chunk) {
      this.chunk = chunk;
      this.codec = codecs.getDecompressor(chunk.getCodec());
      this.in = new BufferedInputStream(new Part(chunk), BUFFER);
      this.left = chunk.getValueCount();
    }

    @Override
    public long getTotalValueCount() {
      return chunk.getValueCount();
    }

    @Override
    public DictionaryPage readDictionaryPage() {
      try {
        PageHeader header = Util.readPageHeader(in);
        if (header.getType() != PageType.DICTIONARY_PAGE) {
          ahead = header;
          return null;
        }
        hold(size(header));
        var dictionary = header.getDictionary_page_header();
        return new DictionaryPage(
            codec.decompress(BytesInput.from(packed(header)), header.getUncompressed_page_size()),
            dictionary.getNum_values(),
            encoding(dictionary.getEncoding()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public DataPage readPage() {
      try {
        while (left > 0) {
          PageHeader header = ahead == null ? Util.readPageHeader(in) : ahead;
          ahead = null;
          hold(size(header) - page);
          page = size(header);
          byte[] packed = packed(header);
          if (header.getType() == PageType.DATA_PAGE) {
            return first(header, header.getData_page_header(), packed);
          }
          if (header.getType() == PageType.DATA_PAGE_V2) {
            return second(header, header.getData_page_header_v2(), packed);
          }
        }
        return null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private DataPage first(PageHeader header, DataPageHeader data, byte[] packed)
        throws IOException {
      left -= values(data.getNum_values());
      int size = header.getUncompressed_page_size();
      return new DataPageV1(
          codec.decompress(BytesInput.from(packed), size),
          data.getNum_values(),
          size,
          null,
          encoding(data.getRepetition_level_encoding()),
          encoding(data.getDefinition_level_encoding()),
          encoding(data.getEncoding()));
    }

    /** The levels stand before the data and are never packed. */
    private DataPage second(PageHeader header, DataPageHeaderV2 data, byte[] packed)
        throws IOException {
      left -= values(data.getNum_values());
      int repetition = data.getRepetition_levels_byte_length();
      int levels = Math.addExact(repetition, data.getDefinition_levels_byte_length());
      BytesInput rest = BytesInput.from(packed, levels, packed.length - levels);
      return DataPageV2.uncompressed(
          data.getNum_rows(),
          data.getNum_nulls(),
          data.getNum_values(),
          BytesInput.from(packed, 0, repetition),
          BytesInput.from(packed, repetition, levels - repetition),
          encoding(data.getEncoding()),
          data.isIs_compressed() && rest.size() > 0
              ? codec.decompress(rest, header.getUncompressed_page_size() - levels)
              : rest,
          null);
    }

    private int values(int count) throws IOException {
      if (count < 0) {
        throw new IOException("a page of fewer than no values");
      }
      return count;
    }

    private byte[] packed(PageHeader header) throws IOException {
      int size = header.getCompressed_page_size();
      if (size > most) {
        throw codecs.tooLarge();
      }
      byte[] packed = in.readNBytes(size);
      if (packed.length < size) {
        throw new EOFException("a page that is cut off");
      }
      if (header.isSetCrc()) {
        CRC32 crc = new CRC32();
        crc.update(packed);
        if ((int) crc.getValue() != header.getCrc()) {
          throw new IOException("a page that is not what was written");
        }
      }
      return packed;
    }

    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
      return Encoding.valueOf(encoding.name());
    }
  }

  /** The bytes of one column, wherever in the file others are read meanwhile. */
  private final class Part extends InputStream {

    private final long end;
    private long at;

    Part(ColumnChunkMetaData chunk) {
      this.at = chunk.getStartingPos();
      this.end = at + chunk.getTotalSize();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      if (at >= end) {
        return -1;
      }
      file.seek(at);
      int read = file.read(bytes, from, (int) Math.min(length, end - at));
      at += Math.max(0, read);
      return read;
    }
  }
}
