package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The files of a build that all its sources write to. */
record Parts(Lines examples, Lines refused, Lines validation, Lines test) implements Closeable {

  static Parts in(Path folder) throws IOException {
    return new Parts(
        new Lines(folder.resolve("examples.jsonl")),
        new Lines(folder.resolve("refused.jsonl")),
        new Lines(folder.resolve("validation.jsonl")),
        new Lines(folder.resolve("test.jsonl")));
  }

  /** What writes a source's lines here, and those for training to {@code train}. */
  LineSink with(Lines train) {
    return new LineSink() {
      @Override
      public void example(ExampleLine line, Part part, Example made, WrittenLine written)
          throws IOException {
        if (written == null || !written.hasMessages()) {
          examples.add(line);
          of(part)
              .add(line.messages() == null ? new Plain(line.text()) : new Chat(line.messages()));
          return;
        }
        examples.add(written);
        of(part).addMessages(written);
      }

      @Override
      public LineWriter.Form form() {
        return LineWriter::write;
      }

      private Lines of(Part part) {
        return switch (part) {
          case TRAIN -> train;
          case VALIDATION -> validation;
          case TEST -> test;
        };
      }

      @Override
      public void refused(RefusedLine line) throws IOException {
        refused.add(line);
      }

      @Override
      public long refusals() {
        return refused.count();
      }

      @Override
      public boolean full() {
        return false;
      }
    };
  }

  @Override
  public void close() throws IOException {
    examples.close();
    refused.close();
    validation.close();
    test.close();
  }

  /** A line of a part, in the form that fine-tuning takes. */
  private record Chat(List<Turn> messages) {}

  /** A line of a part, in the form that pre-training takes. */
  private record Plain(String text) {}
}
