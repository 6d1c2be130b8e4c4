package io.tunemesh.ingest.dialogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.Json;
import io.tunemesh.ingest.record.Lines;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.TextFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads tagged tokens, one a line, with a blank line between sentences (CoNLL 2003 and its
 * relatives). A sentence is a record whose {@code tokens} and {@code tags} are JSON arrays; columns
 * between the token and its tag, such as the part of speech, are {@code tags_2}, {@code tags_3}. A
 * line that begins with {@code -DOCSTART-} parts sentences as a blank one does.
 */
public final class BioReader {

  private static final Pattern ENTITY = Pattern.compile("O|[BIESLUM][-_]\\S+");
  private static final Pattern WORD_CLASS =
      Pattern.compile("[A-Z][A-Z0-9$_-]{0,9}|\\p{Punct}{1,5}");
  private static final Pattern INDENT = Pattern.compile("^[ \\t]*\\t(?=[^\\t]+\\t)");
  private static final String DOCUMENT = "-DOCSTART-";
  private static final int FEW_LINES = 3;

  private final ReaderConfig limits;

  public BioReader(ReaderConfig limits) {
    this.limits = limits;
  }

  /**
   * Whether these are lines of tokens with tags: all of one width, the last field always a tag.
   * Tags that do not begin with B-, I- and their like count where blank lines part sentences and
   * the same tags come again and again.
   */
  public static boolean takes(List<String> lines) {
    int width = 0;
    int tokens = 0;
    int entities = 0;
    int blanks = 0;
    Set<String> tags = new HashSet<>();
    for (String line : lines) {
      if (isBetween(line)) {
        blanks += tokens > 0 ? 1 : 0;
        continue;
      }
      String[] fields = split(line);
      String tag = fields[fields.length - 1];
      width = width == 0 ? fields.length : width;
      boolean entity = ENTITY.matcher(tag).matches();
      if (fields.length != width || width < 2 || !(entity || WORD_CLASS.matcher(tag).matches())) {
        return false;
      }
      tokens++;
      entities += entity ? 1 : 0;
      tags.add(tag);
    }
    if (tokens < FEW_LINES) {
      return false;
    }
    return entities == tokens || (width == 2 && blanks > 0 && tags.size() * 2 <= tokens);
  }

  /** Writes a record for each sentence. */
  public Reading read(TextFile text, RecordWriter records) throws IOException {
    Rows rows = new Rows(limits, records);
    try (Lines lines = new Lines(text, limits.maxCellCharacters())) {
      List<List<String>> columns = new ArrayList<>();
      long length = 0;
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (isBetween(line)) {
          write(columns, rows);
          columns = new ArrayList<>();
          length = 0;
          continue;
        }
        if (columns.isEmpty()) {
          rows.begin(lines.number());
        }
        length += line.length();
        if (length > limits.maxCellCharacters()) {
          throw rows.refuse(
              "tokens",
              "cell_too_long",
              ("The sentence from line %,d has more than %,d characters; put blank lines between"
                      + " sentences.")
                  .formatted(rows.row(), limits.maxCellCharacters()));
        }
        add(split(line), columns, rows, lines.number());
      }
      write(columns, rows);
    }
    return rows.reading("bio");
  }

  /** Whether a line stands between sentences. */
  private static boolean isBetween(String line) {
    return line.isBlank() || line.stripLeading().startsWith(DOCUMENT);
  }

  private static void add(String[] fields, List<List<String>> columns, Rows rows, int line) {
    if (columns.isEmpty()) {
      for (int i = 0; i < fields.length; i++) {
        columns.add(new ArrayList<>());
      }
    }
    if (fields.length < 2 || fields.length != columns.size()) {
      throw rows.begin(line)
          .refuse(
              null,
              "ragged_line",
              "Line %,d has %d fields where a token, its tag and a tab or space between are %d; mend it."
                  .formatted(line, fields.length, Math.max(columns.size(), 2)));
    }
    for (int i = 0; i < fields.length; i++) {
      columns.get(i).add(fields[i]);
    }
  }

  private static void write(List<List<String>> columns, Rows rows) {
    if (columns.isEmpty()) {
      return;
    }
    rows.put("tokens", json(columns.getFirst())).put("tags", json(columns.getLast()));
    for (int i = 1; i < columns.size() - 1; i++) {
      rows.put("tags_" + (i + 1), json(columns.get(i)));
    }
    rows.end();
  }

  private static String json(List<String> texts) {
    try {
      return Json.MAPPER.writeValueAsString(texts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * By tabs where there are any, since a token may hold a space, or be one; else by spaces, and a
   * token may be a space of another kind. Space around a line is none of its fields.
   */
  private static String[] split(String line) {
    String[] fields =
        line.indexOf('\t') < 0
            ? line.stripTrailing().trim().split(" +")
            : INDENT.matcher(line.stripTrailing()).replaceFirst("").split("\t+");
    fields[0] = fields[0].isBlank() ? fields[0] : fields[0].stripLeading();
    return fields;
  }
}
