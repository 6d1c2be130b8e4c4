package io.tunemesh.ingest.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.SpoolFailed;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns an object of columns into rows by a file: the columns come one after another, and none of
 * them need fit into memory.
 */
final class JsonColumns {

  private final JsonText texts;
  private final Path spool;

  JsonColumns(JsonText texts, Path spool) {
    this.texts = texts;
    this.spool = spool;
  }

  /** Reads the object at whose start {@code json} stands. */
  Reading read(JsonParser json, Rows rows) throws IOException {
    Path file = temporary();
    try {
      List<Column> columns = store(json, rows, file);
      Column first = columns.getFirst();
      for (Column column : columns) {
        if (column.count != first.count) {
          throw rows.begin(1)
              .refuse(
                  column.name,
                  "unequal_columns",
                  "The column '%s' has %,d values where '%s' has %,d; make them equally long."
                      .formatted(column.name, column.count, first.name, first.count));
        }
      }
      write(columns, first.count, rows, file);
      return rows.reading("json");
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private List<Column> store(JsonParser json, Rows rows, Path file) throws IOException {
    List<Column> columns = new ArrayList<>();
    long position = 0;
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 65536))) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        Column column = new Column(json.currentName(), position);
        columns.add(column);
        rows.begin(1).column(column.name);
        json.nextToken();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          rows.begin(++column.count);
          String text = text(json, column, rows);
          byte[] bytes = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
          rows.put(column.name, text); // refuses half characters before they are lost in bytes
          position += put(out, bytes);
        }
      }
    }
    return columns;
  }

  private String text(JsonParser json, Column column, Rows rows) throws IOException {
    try {
      return texts.of(json);
    } catch (JsonText.CellTooLong e) {
      throw rows.cellTooLong(column.name);
    }
  }

  private static long put(DataOutputStream out, byte[] bytes) {
    try {
      out.writeInt(bytes == null ? -1 : bytes.length);
      if (bytes != null) {
        out.write(bytes);
      }
      return Integer.BYTES + (bytes == null ? 0 : bytes.length);
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  private void write(List<Column> columns, int count, Rows rows, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      List<DataInputStream> readers =
          columns.stream()
              .map(
                  column ->
                      new DataInputStream(
                          new BufferedInputStream(new At(channel, column.start), 8192)))
              .toList();
      for (int row = 1; row <= count; row++) {
        rows.begin(row);
        for (int i = 0; i < columns.size(); i++) {
          int length = readers.get(i).readInt();
          if (length >= 0) {
            byte[] bytes = readers.get(i).readNBytes(length);
            rows.put(columns.get(i).name, new String(bytes, StandardCharsets.UTF_8));
          }
        }
        rows.end();
      }
    }
  }

  private Path temporary() {
    try {
      return Files.createTempFile(spool, "columns", null);
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  private static final class Column {
    private final String name;
    private final long start;
    private int count;

    Column(String name, long start) {
      this.name = name;
      this.start = start;
    }
  }

  /** A stream of its own into a file that many read. */
  private static final class At extends InputStream {
    private final FileChannel channel;
    private long position;

    At(FileChannel channel, long position) {
      this.channel = channel;
      this.position = position;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = channel.read(ByteBuffer.wrap(buffer, offset, length), position);
      position += Math.max(read, 0);
      return read;
    }
  }
}
