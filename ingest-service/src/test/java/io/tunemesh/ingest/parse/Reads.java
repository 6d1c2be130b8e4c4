package io.tunemesh.ingest.parse;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordConfig;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.testing.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads a file as the service does, in a folder of its own, of which nothing must be left. */
record Reads(Path folder, Map<String, String> settings) {

  /** What was found. */
  record Found(Reading reading, List<SourceRecord> records) {
    String kind() {
      return reading.kind();
    }

    UploadParsed.Sheet sheet() {
      return reading.sheets().getFirst();
    }

    List<String> columns() {
      return sheet().columns().stream().map(UploadParsed.Column::name).toList();
    }

    List<Integer> rows() {
      return records.stream().map(SourceRecord::row).toList();
    }

    List<Map<String, String>> values() {
      return records.stream().map(SourceRecord::values).toList();
    }

    List<String> column(String name) {
      return values().stream().map(values -> values.get(name)).toList();
    }
  }

  Reads(Path folder) {
    this(folder, Map.of());
  }

  Found text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  Found bytes(byte[] bytes) {
    try {
      return file(Files.write(folder.resolve("content"), bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Found file(Path file) throws IOException {
    Path lines = folder.resolve("records.jsonl");
    Path spool = Files.createDirectories(folder.resolve("spool"));
    RecordConfig limits = Settings.of(RecordConfig.class, Map.of());
    Readers readers =
        new Readers(
            ReaderSettings.write(Readers.SETTINGS, type -> Settings.of(type, settings)), spool);
    Reading reading;
    try (RecordWriter records = new RecordWriter(lines, limits.maxRows(), limits.maxCharacters())) {
      reading = readers.read(file, records);
    } finally {
      requireEmpty(spool);
    }
    try (var found =
        Json.MAPPER.readerFor(SourceRecord.class).<SourceRecord>readValues(lines.toFile())) {
      return new Found(reading, found.readAll());
    }
  }

  private static void requireEmpty(Path spool) throws IOException {
    try (Stream<Path> left = Files.list(spool)) {
      if (left.findAny().isPresent()) {
        throw new AssertionError("the reader left files in its folder");
      }
    }
  }
}
