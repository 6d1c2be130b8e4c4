package io.tunemesh.dataset.token;

import com.fasterxml.jackson.databind.ObjectWriter;
import io.tunemesh.contract.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Counts many examples, some at a time. Where a chat turns out to need what its template cannot be
 * given here, all are counted again by their contents, so that one dataset has one measure.
 */
final class CountingPass {

  private static final ObjectWriter WRITER = Json.MAPPER.writerFor(TokenCount.class);

  private final Counting.ByModel by;

  CountingPass(Counting.ByModel by) {
    this.by = by;
  }

  /**
   * Counts the examples of a file, and writes to the end of each line how long it is.
   *
   * @param each as {@link Counting#count} has it
   */
  TokenReport over(Path lines, Supplier<Consumer<TokenCount>> each) throws IOException {
    try {
      return over(lines, by.counter(), each.get());
    } catch (Unrenderable e) {
      try {
        return over(lines, contents(e), each.get());
      } catch (Unrenderable never) {
        throw new IllegalStateException(never);
      }
    }
  }

  /** Counts a few examples. */
  Counting.Counted over(List<Countable> examples) {
    try {
      return over(examples, by.counter());
    } catch (Unrenderable e) {
      try {
        return over(examples, contents(e));
      } catch (Unrenderable never) {
        throw new IllegalStateException(never);
      }
    }
  }

  private ExampleCounter contents(Unrenderable why) {
    return by.model().contents(by.cutoff(), LoadedModel.unwritten(why));
  }

  private Counting.Counted over(List<Countable> examples, ExampleCounter counter)
      throws Unrenderable {
    TokenTally tally = new TokenTally();
    List<TokenCount> counts = counter.count(examples);
    for (int i = 0; i < counts.size(); i++) {
      tally.add(examples.get(i), counts.get(i));
    }
    return new Counting.Counted(counts, by.model().report(by.id(), counter, tally));
  }

  private TokenReport over(Path lines, ExampleCounter counter, Consumer<TokenCount> each)
      throws IOException, Unrenderable {
    TokenTally tally = new TokenTally();
    Path counted = lines.resolveSibling(lines.getFileName() + ".counted");
    try (BufferedReader in = Files.newBufferedReader(lines);
        CountedLines batches = new CountedLines(in, counter);
        BufferedWriter out = Files.newBufferedWriter(counted)) {
      for (var batch = batches.next(); batch != null; batch = batches.next()) {
        write(batch, tally, each, out);
      }
    }
    Files.move(counted, lines, StandardCopyOption.REPLACE_EXISTING);
    return by.model().report(by.id(), counter, tally);
  }

  private static void write(
      CountedLines.Batch batch, TokenTally tally, Consumer<TokenCount> each, BufferedWriter out)
      throws IOException {
    for (int i = 0; i < batch.counts().size(); i++) {
      TokenCount count = batch.counts().get(i);
      tally.add(batch.examples().get(i), count);
      each.accept(count);
      String line = batch.lines().get(i);
      out.append(line, 0, line.length() - 1).append(",\"tokens\":");
      out.append(WRITER.writeValueAsString(count)).append("}\n");
    }
  }
}
