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
import java.util.regex.Pattern;

/**
 * Which reader takes a text, by how it begins: JSON; tagged tokens; a table, unless its lines are
 * spoken; a script; Markdown; and what is none of these is plain text.
 */
final class TextReaders {

  /** Names with the prefixes of their vocabularies and nothing else, as in RDF and Dublin Core. */
  private static final Pattern PREFIXED =
      Pattern.compile("\ufeff?(?:\"?[A-Za-z][\\w.-]*:[A-Za-z_][\\w.-]*\"?(?:[,;]|\\s*$))++");

  /** A speech that a tab parts from its speaker. */
  private static final Pattern APART = Pattern.compile("[^\t|]*[:：]\\s*\t.*");

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
    boolean whole = text.whole();
    if (!whole && Dialect.endsEarly(lines)) {
      TextFile more = text.withMore(limits.maxRecordCharacters());
      lines = more.headLines();
      whole = more.whole();
    }
    if (BioReader.takes(lines)) {
      return new BioReader(limits).read(text, records);
    }
    Optional<Dialect> table = Dialect.of(lines, whole);
    if (table.isPresent() && !isSpoken(lines, table.get())) {
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

  /**
   * Whether someone speaks what seems to be a table: commas and semicolons part the words of a
   * speech as well, and a tab a speech from its speaker. A header may have a colon in its first
   * name, as {@code dc:title}; the rows below it are not spoken.
   */
  private static boolean isSpoken(List<String> all, Dialect table) {
    if (table.declared() || table.separator() == '|') {
      return false;
    }
    List<String> lines = all.stream().filter(line -> !line.isBlank()).toList();
    if (table.isTabs() && !APART.matcher(lines.getFirst()).matches()) {
      return false;
    }
    if (!ScriptReader.isSpoken(lines.getFirst()) || PREFIXED.matcher(lines.getFirst()).matches()) {
      return false;
    }
    long others = lines.stream().skip(1).filter(ScriptReader::isSpoken).count();
    return ScriptReader.takes(lines) || 2 * others >= lines.size() - 1;
  }
}
