package io.tunemesh.inference.job;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.http.Problem;
import java.io.IOException;
import java.io.OutputStream;

/** What is done with the input and the rows of one job. */
public interface RowTask {

  /**
   * Looks through the whole input.
   *
   * @return how many rows it has
   * @throws InvalidInput with all that is wrong
   */
  long check() throws IOException, InvalidInput;

  /** The rows, one JSON value a line. */
  BlobRef rows();

  /** The model that all rows ask; null where each names its own. */
  String onlyModel();

  /** The model that the row asks. */
  String model(Row row);

  /**
   * Asks for the answer to a row; may wait. What a {@code Refusal} says, the one who asks would
   * have been told: one that passes is asked again, any other becomes the row's reason.
   */
  RowResult answer(Row row) throws RowFailed, InterruptedException;

  /** The line for a row that has no answer. */
  String failed(Row row, Problem why);

  /** The name of a file that it writes, as {@code batch_1_output.jsonl}. */
  String filename(boolean output);

  /** Begins the output, or the file of errors. */
  LineWriter writer(boolean output, OutputStream out) throws IOException;

  /** Writes the lines of a file in their order. */
  interface LineWriter {

    void line(String line) throws IOException;

    /** After the last line. */
    void end() throws IOException;
  }
}
