package io.tunemesh.inference.job;

import io.tunemesh.contract.Event;
import io.tunemesh.inference.file.KnownFile;
import io.tunemesh.platform.http.Problem;
import java.io.IOException;
import java.io.OutputStream;

/** What one kind of job does with its input and its rows. */
public interface RowTask {

  JobKind kind();

  /** What people call it. */
  String noun();

  /** Whether all that it reads of the file is there. */
  boolean isReady(KnownFile file);

  /**
   * Looks through the whole input.
   *
   * @return how many rows it has
   * @throws InvalidInput with all that is wrong
   */
  long check(RowJob job, KnownFile file) throws IOException, InvalidInput;

  /** The rows of an input that was found sound. */
  Rows open(RowJob job, KnownFile file) throws IOException;

  /**
   * Asks for the answer to a row; may wait. What a {@code Refusal} says, the one who asks would
   * have been told: one that passes is asked again, any other becomes the row's reason.
   */
  RowResult answer(RowJob job, Row row) throws RowFailed, InterruptedException;

  /** The line for a row that has no answer. */
  String failed(RowJob job, Row row, Problem why);

  /** The name of a file that it writes, as {@code batch_1_output.jsonl}. */
  String filename(RowJob job, KnownFile input, boolean output);

  /** Begins the output, or the file of errors. */
  LineWriter writer(RowJob job, boolean output, OutputStream out) throws IOException;

  /** Why the rows that were not asked in time have no answer. */
  Problem expired(RowJob job);

  /** How far the job is. */
  Event progressed(RowJob job);

  /** The job has ended well. */
  Event completed(RowJob job);

  /** The job has ended before every row was asked. */
  Event failed(RowJob job, JobProblem why);

  /** Writes the lines of a file in their order. */
  interface LineWriter {

    void line(String line) throws IOException;

    /** After the last line. */
    void end() throws IOException;
  }
}
