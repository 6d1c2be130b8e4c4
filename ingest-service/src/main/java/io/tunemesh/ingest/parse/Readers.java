package io.tunemesh.ingest.parse;

import io.tunemesh.ingest.record.Content;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.workbook.WorkbookReader;
import java.io.IOException;
import java.nio.file.Path;

/** Which reader takes a file, by its content. A reader for another kind of file joins here. */
final class Readers {

  private static final String SUPPORTED = "Supported are Excel workbooks (.xlsx, .xlsm).";

  private final WorkbookReader workbooks;

  Readers(WorkbookReader workbooks) {
    this.workbooks = workbooks;
  }

  /**
   * Writes the records of {@code file}.
   *
   * @throws Unreadable if it cannot be read
   */
  Reading read(Path file, RecordWriter records) throws IOException {
    return switch (Content.of(file)) {
      case ZIP -> workbooks.read(file, records);
      case OLE2 -> throw workbooks.refusalOfOldOffice(file);
      case EMPTY ->
          throw Unreadable.file("empty_file", "The file is empty; check it and upload it again.");
      case EMPTY_ZIP ->
          throw Unreadable.file("unsupported_type", "The file is an empty zip. " + SUPPORTED);
      case PDF -> throw Unreadable.file("unsupported_type", "The file is a PDF. " + SUPPORTED);
      case OTHER ->
          throw Unreadable.file("unsupported_type", "The file is no workbook. " + SUPPORTED);
    };
  }
}
