package io.tunemesh.ingest.table;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tunemesh.ingest.record.Rows;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Parquet values as the texts of cells: strings as they are, dates and decimals as their types
 * print them, lists, maps and structures as compact JSON (LogicalTypes.md of parquet-format).
 */
final class ParquetText {

  private static final int EPOCH_AS_JULIAN_DAY = 2_440_588;

  /** As the library prints a timestamp of nanoseconds. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS");

  private final JsonText json;
  private final Rows rows;

  ParquetText(JsonText json, Rows rows) {
    this.json = json;
    this.rows = rows;
  }

  /** The field {@code index} of a record; null if it has none. */
  String of(Group record, int index) throws IOException {
    Type type = record.getType().getType(index);
    int count = record.getFieldRepetitionCount(index);
    if (count == 0 && !type.isRepetition(Type.Repetition.REPEATED)) {
      return null;
    }
    if (type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED)) {
      String text = primitive(record, index, 0);
      boolean isText = type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
      return text.equals("NaN") && !isText ? null : text;
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator out = json.generator(text)) {
      field(record, index, out);
    }
    return text.toString();
  }

  private void field(Group group, int index, JsonGenerator out) throws IOException {
    Type type = group.getType().getType(index);
    int count = group.getFieldRepetitionCount(index);
    if (type.isRepetition(Type.Repetition.REPEATED)) {
      out.writeStartArray();
      for (int i = 0; i < count; i++) {
        value(group, index, i, out);
      }
      out.writeEndArray();
    } else if (count == 0) {
      out.writeNull();
    } else {
      value(group, index, 0, out);
    }
  }

  private void value(Group group, int index, int i, JsonGenerator out) throws IOException {
    Type type = group.getType().getType(index);
    if (type.isPrimitive()) {
      scalar(primitive(group, index, i), type.asPrimitiveType(), out);
      return;
    }
    Group inner = group.getGroup(index, i);
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof ListLogicalTypeAnnotation && inner.getType().getFieldCount() == 1) {
      list(inner, out);
    } else if (logical instanceof MapLogicalTypeAnnotation
        && inner.getType().getFieldCount() == 1) {
      map(inner, out);
    } else {
      structure(inner, out);
    }
  }

  private void structure(Group group, JsonGenerator out) throws IOException {
    out.writeStartObject();
    for (int i = 0; i < group.getType().getFieldCount(); i++) {
      out.writeFieldName(group.getType().getFieldName(i));
      field(group, i, out);
    }
    out.writeEndObject();
  }

  /** Three levels, or two in files of older writers. */
  private void list(Group outer, JsonGenerator out) throws IOException {
    Type repeated = outer.getType().getType(0);
    boolean wrapped =
        !repeated.isPrimitive()
            && repeated.asGroupType().getFieldCount() == 1
            && !repeated.getName().equals("array")
            && !repeated.getName().endsWith("_tuple");
    out.writeStartArray();
    for (int i = 0; i < outer.getFieldRepetitionCount(0); i++) {
      if (wrapped) {
        field(outer.getGroup(0, i), 0, out);
      } else {
        value(outer, 0, i, out);
      }
    }
    out.writeEndArray();
  }

  private void map(Group outer, JsonGenerator out) throws IOException {
    out.writeStartObject();
    for (int i = 0; i < outer.getFieldRepetitionCount(0); i++) {
      Group entry = outer.getGroup(0, i);
      GroupType type = entry.getType();
      out.writeFieldName(type.getType(0).isPrimitive() ? primitive(entry, 0, 0) : "?");
      if (type.getFieldCount() > 1) {
        field(entry, 1, out);
      } else {
        out.writeNull();
      }
    }
    out.writeEndObject();
  }

  private static void scalar(String text, PrimitiveType type, JsonGenerator out)
      throws IOException {
    boolean plain = type.getLogicalTypeAnnotation() == null;
    switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> out.writeBoolean(Boolean.parseBoolean(text));
      case FLOAT, DOUBLE -> {
        if (Character.isDigit(text.charAt(text.length() - 1))) {
          out.writeNumber(text);
        } else {
          out.writeNull();
        }
      }
      case INT32, INT64 -> {
        if (plain || text.matches("-?\\d+")) {
          out.writeNumber(text);
        } else {
          out.writeString(text);
        }
      }
      default -> out.writeString(text);
    }
  }

  private String primitive(Group group, int index, int i) {
    PrimitiveType type = group.getType().getType(index).asPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> String.valueOf(group.getBoolean(index, i));
      case FLOAT -> String.valueOf(group.getFloat(index, i));
      case DOUBLE -> String.valueOf(group.getDouble(index, i));
      case INT32 -> type.stringifier().stringify(group.getInteger(index, i));
      case INT64 -> type.stringifier().stringify(group.getLong(index, i));
      case INT96 -> timestamp(group.getInt96(index, i));
      case BINARY, FIXED_LEN_BYTE_ARRAY -> bytes(group.getBinary(index, i), type);
    };
  }

  /**
   * What Impala, Hive and older Sparks write for a time: nanoseconds of the day, and the Julian
   * day, whose midnight is the day's own.
   */
  private static String timestamp(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong(bytes.position());
    long day = (long) bytes.getInt(bytes.position() + Long.BYTES) - EPOCH_AS_JULIAN_DAY;
    return TIMESTAMP.format(LocalDate.ofEpochDay(day).atStartOfDay().plusNanos(nanos));
  }

  private String bytes(Binary value, PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    boolean printed =
        logical != null
            && !(logical instanceof StringLogicalTypeAnnotation)
            && !(type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
                && !(logical instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation));
    if (printed) {
      return type.stringifier().stringify(value);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value.getBytesUnsafe()))
          .toString();
    } catch (CharacterCodingException e) {
      throw rows.refuse(
          type.getName(),
          "not_text",
          "Row %d has bytes in '%s' that are no UTF-8 text, such as a picture; leave the column out."
              .formatted(rows.row(), type.getName()));
    }
  }
}
