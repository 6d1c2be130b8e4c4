package io.tunemesh.ingest.parse;

import io.tunemesh.ingest.dialogue.BioReader;
import io.tunemesh.ingest.dialogue.ScriptReader;
import io.tunemesh.ingest.document.MarkdownReader;
import io.tunemesh.ingest.document.TextReader;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.TextFile;
import io.tunemesh.ingest.table.DelimitedReader;
import io.tunemesh.ingest.table.Dialect;
import io.tunemesh.ingest.table.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which reader takes a text, by how it begins: JSON; tagged tokens; a table, unless its first line
 * is spoken; a script; Markdown; and what is none of these is plain text.
 */
final class TextReaders {

  private final ReaderConfig limits;
  private final Path spool;

  TextReaders(ReaderConfig limits, Path spool) {
    this.limits = limits;
    this.spool = spool;
  }

  Reading read(TextFile text, RecordWriter records) throws IOException {
    if (JsonReader.takes(text.head())) {
      return new JsonReader(limits, spool).read(text, records);
    }
    List<String> lines = text.headLines();
    if (BioReader.takes(lines)) {
      return new BioReader(limits).read(text, records);
    }
    boolean spoken =
        lines.stream().filter(line -> !line.isBlank()).limit(1).anyMatch(ScriptReader::isSpoken);
    Optional<Dialect> table = spoken ? Optional.empty() : Dialect.of(lines);
    if (table.isPresent()) {
      return new DelimitedReader(limits).read(text, table.get(), records);
    }
    if (ScriptReader.takes(lines)) {
      return new ScriptReader(limits).read(text, records);
    }
    if (MarkdownReader.takes(lines)) {
      return new MarkdownReader(limits).read(text, records);
    }
    return new TextReader(limits).read(text, records);
  }
}
