package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.dataset.augment.Known;
import io.tunemesh.dataset.augment.Seed;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;

/**
 * A sink that sees what goes into another: it notes what is known of every example, and writes down
 * those for training that more are to be made of.
 */
final class Seeding implements LineSink {

  /** A seed with the cells that it came from. */
  record Kept(Seed seed, ExampleLine.Lineage lineage) {}

  private final LineSink sink;
  private final Known known;
  private final Lines seeds;

  /**
   * @param seeds null where nothing is to be made of this source
   */
  Seeding(LineSink sink, Known known, Lines seeds) {
    this.sink = sink;
    this.known = known;
    this.seeds = seeds;
  }

  /** The seeds that were written down, in their order. */
  static MappingIterator<Kept> read(Lines seeds) throws IOException {
    return Exact.readerFor(Kept.class).readValues(seeds.file().toFile());
  }

  @Override
  public LineWriter.Form form() {
    return sink.form();
  }

  /** One that was made of another example is no seed, and known already. */
  @Override
  public void example(ExampleLine line, Part part, Example made, WrittenLine written)
      throws IOException {
    sink.example(line, part, made, written);
    if (made == null) {
      return;
    }
    if (part != Part.TRAIN) {
      known.measure(made);
      return;
    }
    known.train(made);
    if (seeds != null) {
      seeds.add(new Kept(Seed.of(line.id(), made), line.lineage()));
    }
  }

  @Override
  public void refused(RefusedLine line) throws IOException {
    sink.refused(line);
  }

  @Override
  public long refusals() {
    return sink.refusals();
  }

  @Override
  public boolean full() {
    return sink.full();
  }
}
