package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;

/** Takes what comes of a source's rows, in their order. */
public interface Sink {

  void example(ExampleLine line, Part part) throws IOException;

  /**
   * As above, with what the line was made of.
   *
   * @param made before a template put it into words
   */
  default void example(ExampleLine line, Part part, Example made) throws IOException {
    example(line, part);
  }

  void refused(RefusedLine line) throws IOException;

  /** How many refused rows it has taken, of this source and those before. */
  long refusals();

  /** Whether it wants no more, so that the rest of the rows need not be read. */
  boolean full();
}
