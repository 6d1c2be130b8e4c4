package io.tunemesh.ingest.record;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes records as JSON lines into a file, in the order in which they come, and holds none of
 * them. A file whose records would be too many or too long together is refused before the disk is
 * full: a few bytes of a workbook can name the same long text a million times.
 */
public final class RecordWriter implements Closeable {

  private static final ObjectWriter LINES =
      Json.MAPPER
          .writerFor(SourceRecord.class)
          .withRootValueSeparator("\n")
          .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);

  private final SequenceWriter lines;
  private final long maxRows;
  private long charactersLeft;
  private long rows;

  /** Writes to {@code file}, which is made or replaced. */
  public RecordWriter(Path file, long maxRows, long maxCharacters) {
    this.maxRows = maxRows;
    this.charactersLeft = maxCharacters;
    try {
      this.lines = LINES.writeValues(new BufferedOutputStream(Files.newOutputStream(file), 65536));
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  /** Adds one line. */
  public void write(SourceRecord record) {
    for (Map.Entry<String, String> cell : record.values().entrySet()) {
      charactersLeft -= cell.getKey().length() + cell.getValue().length();
    }
    if (++rows > maxRows || charactersLeft < 0) {
      throw Unreadable.at(
          record.sheet(),
          record.row(),
          null,
          "too_large",
          rows > maxRows
              ? "The file has more than %,d rows; split it into several files.".formatted(maxRows)
              : "The rows hold more text than one file may; split it into several files.");
    }
    try {
      lines.write(record);
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  /** How many lines were written. */
  public long rows() {
    return rows;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }
}
