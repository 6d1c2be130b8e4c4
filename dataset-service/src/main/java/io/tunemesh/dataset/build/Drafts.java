package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.lineage.LineageDraft;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.report.Glances;
import io.tunemesh.dataset.report.Glancing;
import io.tunemesh.dataset.split.Part;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a build writes while its rows go by, on disk until it is known what becomes of the
 * dataset. An example passes once: its line, its part's line, its lineage and what the report
 * counts are taken together.
 *
 * @param trains the lines for training of each source that was read
 */
record Drafts(
    Path folder,
    Lines examples,
    Lines refused,
    Lines validation,
    Lines test,
    List<Lines> trains,
    LineageDraft lineage,
    Glances glances)
    implements Closeable {

  /**
   * Empty drafts.
   *
   * @param templates as their authors wrote them
   * @param salt of the split
   */
  static Drafts in(Path folder, List<String> templates, String salt) throws IOException {
    return new Drafts(
        folder,
        new Lines(folder.resolve("examples.jsonl")),
        new Lines(folder.resolve("refused.jsonl")),
        new Lines(folder.resolve("validation.jsonl")),
        new Lines(folder.resolve("test.jsonl")),
        new ArrayList<>(),
        new LineageDraft(folder.resolve("lineage.jsonl")),
        new Glances(folder.resolve("glances"), templates, salt));
  }

  /** Takes the next source. */
  Source next() throws IOException {
    Lines train = new Lines(folder.resolve("train-" + trains.size() + ".jsonl"));
    trains.add(train);
    return new Source(train);
  }

  /** Goes on with a source that was closed. */
  Source onto(int source) throws IOException {
    trains.set(source, Lines.onto(trains.get(source)));
    return new Source(trains.get(source));
  }

  @Override
  public void close() throws IOException {
    examples.close();
    refused.close();
    validation.close();
    test.close();
    lineage.close();
    glances.close();
  }

  /** Takes the lines of one source. */
  final class Source implements LineSink, Closeable {

    private final Lines train;
    private final LineWriter writer = new LineWriter(1 << 12);
    private final LineWriter.Form form = form();

    private Source(Lines train) throws IOException {
      this.train = train;
    }

    @Override
    public LineWriter.Form form() {
      Glancing glancing = glances.glancing();
      return (writer, line) -> {
        WrittenLine written = writer.write(line);
        return written.with(glancing.at(line, written.structureJson()));
      };
    }

    @Override
    public void example(ExampleLine line, Part part, Example made, WrittenLine written)
        throws IOException {
      if (written == null) {
        writer.restart();
        example(line, part, made, form.write(writer, line));
        return;
      }
      examples.add(written::writeTo);
      of(part).add(written::writeWordsTo);
      lineage.add(line.lineage(), written::writeTraceTo);
      glances.add(written.glance());
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

    @Override
    public void close() throws IOException {
      writer.close();
      train.close();
    }
  }
}
