package io.tunemesh.dataset.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Examples as a Parquet file: the chat as a list of structures or, where the task is pre-training,
 * the text; the recipe's fields as JSON; and the lineage. One row group is held in memory, of at
 * most {@link #ROW_GROUP} packed bytes and one example.
 */
final class ParquetRows implements ExampleWriter {

  static final int ROW_GROUP = 16 << 20;
  private static final int PAGE = 1 << 18;

  /** Text that packs well would make groups that are large for their readers. */
  private static final int ROWS = 10_000;

  private static final String CHAT =
      """
        required group messages (LIST) { repeated group list { required group element {
          required binary role (STRING);
          required binary content (STRING);
          optional int32 weight;
        } } }
      """;
  private static final String TEXT = "  required binary text (STRING);\n";
  private static final String SCHEMA =
      """
      message example {
        required binary id (STRING);
        required binary split (STRING);
        required binary recipe (STRING);
        optional binary language (STRING);
      %s  optional binary structure (STRING);
        required binary file (STRING);
        optional binary file_id (STRING);
        optional binary sheet (STRING);
        required int32 first_row;
        required int32 row;
        optional binary augmented (STRING);
        optional binary parent (STRING);
      }
      """;

  private static final ObjectWriter JSON =
      Json.MAPPER.writer().without(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final ParquetWriter<Group> rows;
  private final MessageType schema;

  /**
   * @param plain whether the examples are plain text
   */
  ParquetRows(OutputStream out, boolean plain) throws IOException {
    this.schema = MessageTypeParser.parseMessageType(SCHEMA.formatted(plain ? TEXT : CHAT));
    this.rows =
        ExampleParquetWriter.builder(new StreamedFile(out))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.GZIP)
            .withCodecFactory(new Gzip())
            .withRowGroupSize((long) ROW_GROUP)
            .withRowGroupRowCountLimit(ROWS)
            .withPageSize(PAGE)
            .withMinRowCountForPageSizeCheck(1)
            .withMaxRowCountForPageSizeCheck(100)
            .build();
  }

  @Override
  public void add(ExampleLine example) throws IOException {
    Group row = new SimpleGroup(schema);
    put(row, "id", example.id());
    put(row, "split", example.split());
    put(row, "recipe", example.recipe());
    put(row, "language", example.language());
    if (example.messages() == null) {
      put(row, "text", example.text());
    } else {
      messages(row.addGroup("messages"), example);
    }
    put(row, "structure", structure(example));
    ExampleLine.Lineage from = example.lineage();
    put(row, "file", from.file());
    put(row, "file_id", from.fileId());
    put(row, "sheet", from.sheet());
    row.append("first_row", from.firstRow() == null ? from.row() : from.firstRow());
    row.append("row", from.row());
    if (example.augmented() != null) {
      put(row, "augmented", example.augmented().method());
      put(row, "parent", example.augmented().parent());
    }
    rows.write(row);
  }

  @Override
  public void end() throws IOException {
    rows.close();
  }

  private static void messages(Group list, ExampleLine example) {
    for (Turn turn : example.messages()) {
      Group message = list.addGroup("list").addGroup("element");
      put(message, "role", turn.role());
      put(message, "content", turn.content());
      if (turn.weight() != null) {
        message.append("weight", turn.weight());
      }
    }
  }

  /** The recipe's fields, or an exam's questions. */
  private static String structure(ExampleLine example) throws JsonProcessingException {
    Object fields = example.items() == null ? example.structure() : example.items();
    return fields == null ? null : JSON.writeValueAsString(fields);
  }

  private static void put(Group row, String column, String text) {
    if (text != null) {
      ByteBuffer utf8 = Utf8.bytes(text);
      row.add(column, Binary.fromConstantByteArray(utf8.array(), 0, utf8.limit()));
    }
  }
}
