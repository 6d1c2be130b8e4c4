package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;

/** A sink that takes lines as JSON, so that the thread that read an example writes its line. */
interface LineSink extends Sink {

  /** How one more thread is to write lines; several do so in any order. */
  LineWriter.Form form();

  /**
   * Takes an example with its line.
   *
   * @param written as {@link #form} writes it; null where nobody wrote it yet
   */
  void example(ExampleLine line, Part part, Example made, WrittenLine written) throws IOException;

  @Override
  default void example(ExampleLine line, Part part) throws IOException {
    example(line, part, null, null);
  }

  @Override
  default void example(ExampleLine line, Part part, Example made) throws IOException {
    example(line, part, made, null);
  }
}
