package io.tunemesh.dataset.export;

import io.tunemesh.dataset.dataset.ExampleLine;
import java.io.IOException;

/**
 * Writes examples in a format, in their order, as they come. What it holds back is bounded,
 * whatever their number.
 */
interface ExampleWriter {

  void add(ExampleLine example) throws IOException;

  /** Ends the file; without it the file is broken, and says so to its reader where it can. */
  void end() throws IOException;
}
