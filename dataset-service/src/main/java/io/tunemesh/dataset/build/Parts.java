package io.tunemesh.dataset.build;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The files of a build that all its sources write to. */
record Parts(Lines examples, Lines refused, Lines validation, Lines test) implements Closeable {

  static Parts in(Path folder) throws IOException {
    return new Parts(
        new Lines(folder.resolve("examples.jsonl")),
        new Lines(folder.resolve("refused.jsonl")),
        new Lines(folder.resolve("validation.jsonl")),
        new Lines(folder.resolve("test.jsonl")));
  }

  @Override
  public void close() throws IOException {
    examples.close();
    refused.close();
    validation.close();
    test.close();
  }
}
