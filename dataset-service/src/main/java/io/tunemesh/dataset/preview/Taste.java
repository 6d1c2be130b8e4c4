package io.tunemesh.dataset.preview;

import io.tunemesh.contract.Json;
import io.tunemesh.dataset.build.Sink;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.split.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the first examples of a source, as a dataset's file would hold them, and the first rows
 * that it would refuse.
 */
final class Taste implements Sink {

  private static final long MOST_REFUSALS = 10_000;

  private final int most;
  private final List<Taken> taken = new ArrayList<>();
  private final List<RefusedLine> refused = new ArrayList<>();
  private long refusals;

  /** An example with what its line was made of. */
  record Taken(ExampleLine line, Part part, Example made) {}

  /**
   * @param most how many examples it takes, and how many refused rows it keeps
   */
  Taste(int most) {
    this.most = most;
  }

  /** The line as one that is read from a dataset's file. */
  static ExampleLine asRead(ExampleLine line) {
    return Json.MAPPER.convertValue(line, ExampleLine.class);
  }

  @Override
  public void example(ExampleLine line, Part part) {
    example(line, part, null);
  }

  @Override
  public void example(ExampleLine line, Part part, Example made) {
    if (taken.size() < most) {
      taken.add(new Taken(asRead(line), part, made));
    }
  }

  @Override
  public void refused(RefusedLine line) {
    refusals++;
    if (refused.size() < most) {
      refused.add(line);
    }
  }

  @Override
  public long refusals() {
    return refusals;
  }

  /** A source of which nothing is kept is not read to its end either. */
  @Override
  public boolean full() {
    return taken.size() >= most || refusals >= MOST_REFUSALS;
  }

  List<Taken> taken() {
    return taken;
  }

  List<RefusedLine> refused() {
    return refused;
  }
}
