package io.tunemesh.ingest.parse;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tunemesh.contract.Where;
import io.tunemesh.ingest.record.Reading;
import java.util.Objects;

/** How a {@link ReadJob} ended: a line of JSON on the reader's standard output. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ReadAnswer.Read.class, name = "read"),
  @JsonSubTypes.Type(value = ReadAnswer.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = ReadAnswer.Fault.class, name = "fault")
})
sealed interface ReadAnswer {

  /** The records are written. */
  record Read(Reading reading, long rows) implements ReadAnswer {
    public Read {
      Objects.requireNonNull(reading);
    }
  }

  /** The file cannot be read. */
  record Refused(String code, String reason, Where where) implements ReadAnswer {
    public Refused {
      Objects.requireNonNull(code);
      Objects.requireNonNull(reason);
      Objects.requireNonNull(where);
    }
  }

  /** It failed for a reason that is not the file's, such as a full disk. */
  record Fault(String cause) implements ReadAnswer {}
}
