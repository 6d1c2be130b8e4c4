package io.tunemesh.ingest.record;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The cells of one record, wherever they lie: a large table is written without a copy of each. */
public interface Cells {

  /** The characters of all their names and texts together. */
  long characters();

  /** Writes each as a field, whose name no other has. */
  void write(JsonGenerator json) throws IOException;
}
