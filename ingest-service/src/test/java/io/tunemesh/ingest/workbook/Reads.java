package io.tunemesh.ingest.workbook;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads a workbook as the service does, with some settings other than the defaults. */
final class Reads {

  private Reads() {}

  static WorkbookReaderTest.Found read(Path folder, byte[] book, Map<String, String> settings)
      throws IOException {
    Path file = Files.write(folder.resolve("content"), book);
    Path lines = folder.resolve("records.jsonl");
    WorkbookConfig config = config(settings);
    Reading reading;
    try (RecordWriter records = new RecordWriter(lines, config.maxRows(), config.maxCharacters())) {
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

  static WorkbookConfig config(Map<String, String> settings) {
    Map<String, String> properties = new HashMap<>();
    settings.forEach((name, value) -> properties.put("tunemesh.workbook." + name, value));
    return new SmallRyeConfigBuilder()
        .withMapping(WorkbookConfig.class)
        .withSources(new PropertiesConfigSource(properties, "test", 500))
        .build()
        .getConfigMapping(WorkbookConfig.class);
  }
}
