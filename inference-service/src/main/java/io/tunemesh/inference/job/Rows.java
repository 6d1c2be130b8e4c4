package io.tunemesh.inference.job;

import java.io.Closeable;
import java.io.IOException;

/** The rows of an input, one after the other; the same each time that it is read. */
public interface Rows extends Closeable {

  /** The next row; null at the end. */
  Row next() throws IOException;
}
