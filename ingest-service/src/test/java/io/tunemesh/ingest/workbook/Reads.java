package io.tunemesh.ingest.workbook;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordConfig;
import io.tunemesh.ingest.record.RecordWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Reads a workbook as the service does, with some settings other than the defaults. */
final class Reads {

  private Reads() {}

  static WorkbookReaderTest.Found read(Path folder, byte[] book, Map<String, String> settings)
      throws IOException {
    Path file = Files.write(folder.resolve("content"), book);
    Path lines = folder.resolve("records.jsonl");
    WorkbookConfig config = config(WorkbookConfig.class, "tunemesh.workbook.", settings);
    RecordConfig limits = config(RecordConfig.class, "tunemesh.records.", settings);
    Reading reading;
    try (RecordWriter records = new RecordWriter(lines, limits.maxRows(), limits.maxCharacters())) {
      reading = new WorkbookReader(config, folder).read(file, records);
    } finally {
      Files.delete(file);
    }
    try (var found =
        Json.MAPPER.readerFor(SourceRecord.class).<SourceRecord>readValues(lines.toFile())) {
      return new WorkbookReaderTest.Found(reading, found.readAll());
    } finally {
      Files.delete(lines);
    }
  }

  private static <T> T config(Class<T> mapping, String prefix, Map<String, String> settings) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(mapping);
    builder.withMappingIgnore(prefix + "**");
    settings.forEach((name, value) -> builder.withDefaultValue(prefix + name, value));
    return builder.build().getConfigMapping(mapping);
  }
}
