package io.tunemesh.ingest.parse;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.record.Reading;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Objects;

/** How a {@link ReadJob} ended: a line of JSON on the reader's standard output. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ReadAnswer.Read.class, name = "read"),
  @JsonSubTypes.Type(value = ReadAnswer.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = ReadAnswer.Fault.class, name = "fault")
})
sealed interface ReadAnswer {

  /**
   * Writes it as data binding would, whose start takes a reader longer than many a file.
   *
   * @param json stands in an object
   */
  void write(JsonGenerator json) throws IOException;

  /** The answer as a line without its end. */
  default String line() throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
      json.writeStartObject();
      write(json);
      json.writeEndObject();
    }
    return line.toString();
  }

  /** The records are written. */
  record Read(Reading reading, long rows) implements ReadAnswer {
    public Read {
      Objects.requireNonNull(reading);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStringField("answer", "read");
      json.writeObjectFieldStart("reading");
      json.writeStringField("kind", reading.kind());
      json.writeArrayFieldStart("sheets");
      for (UploadParsed.Sheet sheet : reading.sheets()) {
        json.writeStartObject();
        json.writeStringField("name", sheet.name());
        json.writeNumberField("header_row", sheet.headerRow());
        json.writeArrayFieldStart("columns");
        for (UploadParsed.Column column : sheet.columns()) {
          json.writeStartObject();
          json.writeStringField("name", column.name());
          json.writeStringField("letter", column.letter());
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("rows", sheet.rows());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeNumberField("rows", rows);
    }
  }

  /** The file cannot be read. */
  record Refused(String code, String reason, Where where) implements ReadAnswer {
    public Refused {
      Objects.requireNonNull(code);
      Objects.requireNonNull(reason);
      Objects.requireNonNull(where);
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStringField("answer", "refused");
      json.writeStringField("code", code);
      json.writeStringField("reason", reason);
      json.writeObjectFieldStart("where");
      json.writeStringField("file", where.file());
      json.writeStringField("sheet", where.sheet());
      if (where.row() != null) {
        json.writeNumberField("row", where.row());
      }
      json.writeStringField("column", where.column());
      json.writeStringField("field", where.field());
      json.writeEndObject();
    }
  }

  /** It failed for a reason that is not the file's, such as a full disk. */
  record Fault(String cause) implements ReadAnswer {
    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStringField("answer", "fault");
      json.writeStringField("cause", cause);
    }
  }
}
