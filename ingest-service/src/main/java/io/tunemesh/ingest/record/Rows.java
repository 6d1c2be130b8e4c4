package io.tunemesh.ingest.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.tunemesh.contract.upload.UploadParsed;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of a table without sheets, built cell by cell. A cell or a record that is larger than
 * the limits, has a name twice, or holds what is no text is refused with its place; an empty cell
 * is left out.
 */
public final class Rows {

  private static final int MAX_NAME = 255;

  private final int maxColumns;
  private final int maxCell;
  private final int maxRecord;
  private final RecordWriter records;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final Held held = new Held();
  private int row;
  private int length;
  private long begun;
  private long count;

  public Rows(ReaderConfig limits, RecordWriter records) {
    this.maxColumns = limits.maxColumns();
    this.maxCell = limits.maxCellCharacters();
    this.maxRecord = limits.maxRecordCharacters();
    this.records = records;
  }

  /** Starts the record of {@code row}. */
  public Rows begin(int row) {
    this.row = row;
    this.length = 0;
    this.held.clear();
    this.begun++;
    return this;
  }

  /** Notes that there is a column, before or without a value in it. */
  public void column(String name) {
    if (!columns.containsKey(name)) {
      add(name);
    }
  }

  private Column add(String name) {
    if (name.length() > MAX_NAME) {
      throw refuse(
          name.substring(0, 20) + "…",
          "name_too_long",
          "A column's name has more than %,d characters; shorten it.".formatted(MAX_NAME));
    }
    requireText(name, name);
    if (columns.size() == maxColumns) {
      throw refuse(
          null,
          "too_many_columns",
          "The file has more than %,d columns; split it, or turn it so that rows are records."
              .formatted(maxColumns));
    }
    Column column = new Column(name);
    columns.put(name, column);
    return column;
  }

  /** Adds a cell, whose text stays as it is. */
  public Rows put(String column, String text) {
    Column known = columns.get(column);
    Column place = known == null ? add(column) : known;
    if (text == null || text.isEmpty()) {
      return this;
    }
    if (text.length() > maxCell) {
      throw cellTooLong(column);
    }
    length += text.length();
    if (length > maxRecord) {
      throw recordTooLong();
    }
    requireText(text, column);
    if (place.filled == begun) {
      throw duplicate(column);
    }
    place.filled = begun;
    held.add(place, text);
    return this;
  }

  /**
   * Adds a cell whose text lies in {@code json} as JSON writes it, without the quotation marks, and
   * is known to be UTF-8 without a NUL. It must stay there until the record is written.
   *
   * @param characters of the text
   */
  public void put(String column, byte[] json, int from, int to, int characters) {
    Column place = columns.get(column);
    if (place == null) {
      place = add(column);
    }
    if (characters == 0) {
      return;
    }
    if (characters > maxCell) {
      throw cellTooLong(column);
    }
    length += characters;
    if (length > maxRecord) {
      throw recordTooLong();
    }
    if (place.filled == begun) {
      throw duplicate(column);
    }
    place.filled = begun;
    held.add(place, json, from, to, characters);
  }

  private Unreadable recordTooLong() {
    return refuse(
        null,
        "record_too_long",
        "Row %d has more than %,d characters; split it into several rows."
            .formatted(row, maxRecord));
  }

  /** Writes the record. */
  public void end() {
    if (Thread.currentThread().isInterrupted()) {
      throw Unreadable.file("timeout", "Reading the file took too long; split it.");
    }
    records.write(null, row, held);
    count++;
  }

  /** How many records there are. */
  public long count() {
    return count;
  }

  /** The row of the record that was begun last. */
  public int row() {
    return row;
  }

  /** What was read, where columns are called by their names alone. */
  public Reading reading(String kind) {
    return reading(
        kind,
        0,
        columns.keySet().stream().map(name -> new UploadParsed.Column(name, name)).toList());
  }

  /** What was read. */
  public Reading reading(String kind, int headerRow, List<UploadParsed.Column> columns) {
    if (count == 0) {
      throw Unreadable.file(
          "no_rows",
          headerRow > 0
              ? "The file has a header and no rows below it; put rows into it."
              : "The file has no rows; put some into it.");
    }
    return new Reading(kind, List.of(new UploadParsed.Sheet("", headerRow, columns, count)));
  }

  /** A refusal of this row. */
  public Unreadable refuse(String column, String code, String reason) {
    return Unreadable.at(null, row, column, code, reason);
  }

  /** The refusal of a cell that is longer than cells may be. */
  public Unreadable cellTooLong(String column) {
    return refuse(
        column,
        "cell_too_long",
        "Row %d has a text of more than %,d characters; split it.".formatted(row, maxCell));
  }

  /** The refusal of a name that a row has twice. */
  public Unreadable duplicate(String column) {
    return refuse(
        column,
        "duplicate_key",
        "Row %d has '%s' twice, and only one could be kept; rename or remove one."
            .formatted(row, column));
  }

  private void requireText(String text, String column) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw refuse(
            column, "nul", "Row %d has a NUL (U+0000) in its text; remove it.".formatted(row));
      }
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else {
          throw refuse(
              column,
              "lone_surrogate",
              "Row %d has half of a character (U+%04X), as when a text is cut in an emoji; remove it."
                  .formatted(row, (int) c));
        }
      }
    }
  }

  private static final class Column {
    private final SerializedString name;

    /** The row that was filled last, as they were begun. */
    private long filled;

    Column(String name) {
      this.name = new SerializedString(name);
    }
  }

  /** The cells of the row that was begun last. */
  private static final class Held implements Cells {
    private Column[] columns = new Column[16];
    private String[] texts = new String[16];
    private byte[][] json = new byte[16][];
    private int[] begins = new int[16];
    private int[] ends = new int[16];
    private int size;
    private long characters;

    void clear() {
      size = 0;
      characters = 0;
    }

    void add(Column column, String text) {
      add(column, text.length());
      texts[size++] = text;
    }

    void add(Column column, byte[] bytes, int from, int to, int length) {
      add(column, length);
      texts[size] = null;
      json[size] = bytes;
      begins[size] = from;
      ends[size++] = to;
    }

    private void add(Column column, int length) {
      if (size == columns.length) {
        columns = Arrays.copyOf(columns, 2 * size);
        texts = Arrays.copyOf(texts, 2 * size);
        json = Arrays.copyOf(json, 2 * size);
        begins = Arrays.copyOf(begins, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
      }
      columns[size] = column;
      characters += column.name.charLength() + length;
    }

    @Override
    public long characters() {
      return characters;
    }

    @Override
    public void write(JsonGenerator lines) throws IOException {
      for (int i = 0; i < size; i++) {
        lines.writeFieldName(columns[i].name);
        if (texts[i] == null) {
          lines.writeRawUTF8String(json[i], begins[i], ends[i] - begins[i]);
        } else {
          lines.writeString(texts[i]);
        }
      }
    }
  }
}
