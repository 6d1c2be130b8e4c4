package io.tunemesh.ingest.parse;

import io.tunemesh.ingest.archive.ArchiveReader;
import io.tunemesh.ingest.archive.Zips;
import io.tunemesh.ingest.document.DocxReader;
import io.tunemesh.ingest.document.PdfReader;
import io.tunemesh.ingest.record.Content;
import io.tunemesh.ingest.record.Encoding;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordConfig;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.table.ParquetReader;
import io.tunemesh.ingest.workbook.WorkbookConfig;
import io.tunemesh.ingest.workbook.WorkbookReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Which reader takes a file, by its content. A reader for another kind of file joins here. */
final class Readers {

  /** What the readers want to be told. A reader's own settings join here. */
  static final List<Class<?>> SETTINGS =
      List.of(RecordConfig.class, ReaderConfig.class, WorkbookConfig.class);

  private final WorkbookReader workbooks;
  private final ReaderConfig limits;
  private final Path spool;

  /**
   * @param settings those of {@link #SETTINGS}, as {@link ReaderSettings} writes them
   * @param spool a folder for what does not fit into memory
   */
  Readers(Map<String, String> settings, Path spool) {
    this.workbooks = new WorkbookReader(ReaderSettings.read(WorkbookConfig.class, settings), spool);
    this.limits = ReaderSettings.read(ReaderConfig.class, settings);
    this.spool = spool;
  }

  /**
   * Writes the records of {@code file}.
   *
   * @throws Unreadable if it cannot be read
   */
  Reading read(Path file, RecordWriter records) throws IOException {
    return read(
        file,
        records,
        () -> new ArchiveReader(limits, spool, this::readMember).read(file, records));
  }

  /** A zip in a zip is taken for an Office file or refused: each level could multiply the bytes. */
  private Reading readMember(Path file, RecordWriter records) throws IOException {
    return read(
        file,
        records,
        () -> {
          throw Unreadable.file(
              "nested_zip",
              "It is a zip in a zip; unpack it, and put its files into the outer one.");
        });
  }

  /** What to do with a zip of files. */
  private interface Archive {
    Reading read() throws IOException;
  }

  private Reading read(Path file, RecordWriter records, Archive archive) throws IOException {
    Content content = Content.of(file);
    if (content != Content.ZIP) {
      return readPlain(content, file, records);
    }
    return switch (new Zips(limits).kind(file)) {
      case WORKBOOK -> workbooks.read(file, records);
      case DOCX -> docx(file, records);
      case PRESENTATION ->
          throw Unreadable.file(
              "unsupported_type", "The file is a presentation; save it as a PDF and upload that.");
      case OTHER_DOCUMENT ->
          throw Unreadable.file(
              "unsupported_type",
              "The file is an OpenDocument, an e-book or a Java archive. Supported are "
                  + Content.SUPPORTED);
      case FILES -> archive.read();
    };
  }

  private Reading readPlain(Content content, Path file, RecordWriter records) throws IOException {
    return switch (content) {
      case OLE2 -> throw workbooks.refusalOfOldOffice(file);
      case EMPTY ->
          throw Unreadable.file("empty_file", "The file is empty; check it and upload it again.");
      case EMPTY_ZIP -> throw Unreadable.file("no_rows", "The zip has no files; put some into it.");
      case PDF -> new PdfReader(limits, spool).read(file, records);
      case PARQUET -> new ParquetReader(limits).read(file, records);
      case OTHER -> new TextReaders(limits, spool).read(Encoding.of(file), records);
      default ->
          throw Unreadable.file(
              "unsupported_type", "The file " + content.advice() + " and upload that.");
    };
  }

  private Reading docx(Path file, RecordWriter records) throws IOException {
    new Zips(limits).check(file);
    return new DocxReader(limits).read(file, records);
  }
}
