package io.tunemesh.ingest.table;

import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jboss.logging.Logger;

/** Reads Parquet by Apache's own reader row by row, with a page of each column in memory. */
public final class ParquetReader {

  private static final Logger LOG = Logger.getLogger(ParquetReader.class);

  private final ReaderConfig limits;

  public ParquetReader(ReaderConfig limits) {
    this.limits = limits;
  }

  /** Writes every row. */
  public Reading read(Path file, RecordWriter records) {
    Rows rows = new Rows(limits, records).begin(1);
    ParquetCodecs codecs = new ParquetCodecs(limits.maxPageBytes());
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(codecs)
            .build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options);
        RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      MessageType schema = reader.getFileMetaData().getSchema();
      schema.getFields().forEach(field -> rows.column(field.getName()));
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
      ParquetText text = new ParquetText(new JsonText(limits), rows);
      int row = 0;
      for (BlockMetaData group : reader.getRowGroups()) {
        if (group.getRowCount() == 0) { // as writers leave one for an empty table, without pages
          continue;
        }
        ParquetPages pages = new ParquetPages(bytes, group, codecs, limits.maxPageBytes());
        RecordReader<Group> found =
            columns.getRecordReader(pages, new GroupRecordConverter(schema));
        for (long i = 0; i < group.getRowCount(); i++) {
          write(found.read(), ++row, text, rows);
        }
      }
      return rows.reading("parquet");
    } catch (Unreadable | SpoolFailed e) {
      throw e;
    } catch (JsonText.CellTooLong e) {
      throw rows.cellTooLong(null);
    } catch (IOException | RuntimeException e) { // what its parsers throw at broken bytes
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof Unreadable known) {
          throw known;
        }
      }
      LOG.infof("A Parquet file was refused as damaged, cause=%s", e);
      throw Unreadable.file(
          "damaged",
          "The Parquet file is damaged or was cut off; write it anew and upload it again.");
    }
  }

  private static void write(Group record, int row, ParquetText text, Rows rows) throws IOException {
    rows.begin(row);
    for (int i = 0; i < record.getType().getFieldCount(); i++) {
      rows.put(record.getType().getFieldName(i), text.of(record, i));
    }
    rows.end();
  }
}
