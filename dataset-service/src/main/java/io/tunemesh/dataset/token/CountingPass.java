package io.tunemesh.dataset.token;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tunemesh.contract.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Counts many examples, some at a time. Where a chat turns out to need what its template cannot be
 * given here, all are counted again by their contents, so that one dataset has one measure.
 */
final class CountingPass {

  private static final int BATCH = 256;
  private static final long BATCH_CHARACTERS = 1 << 20;
  private static final ObjectReader READER = Json.MAPPER.readerFor(Countable.class);
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
        BufferedWriter out = Files.newBufferedWriter(counted)) {
      List<String> batch = new ArrayList<>();
      long characters = 0;
      String line;
      while ((line = in.readLine()) != null) {
        batch.add(line);
        characters += line.length();
        if (batch.size() == BATCH || characters > BATCH_CHARACTERS) {
          write(batch, counter, tally, each, out);
          batch.clear();
          characters = 0;
        }
      }
      write(batch, counter, tally, each, out);
    }
    Files.move(counted, lines, StandardCopyOption.REPLACE_EXISTING);
    return by.model().report(by.id(), counter, tally);
  }

  private static void write(
      List<String> lines,
      ExampleCounter counter,
      TokenTally tally,
      Consumer<TokenCount> each,
      BufferedWriter out)
      throws IOException, Unrenderable {
    List<Countable> examples = new ArrayList<>();
    for (String line : lines) {
      examples.add(READER.readValue(line));
    }
    List<TokenCount> counts = counter.count(examples);
    for (int i = 0; i < counts.size(); i++) {
      tally.add(examples.get(i), counts.get(i));
      each.accept(counts.get(i));
      String line = lines.get(i);
      out.append(line, 0, line.length() - 1).append(",\"tokens\":");
      out.append(WRITER.writeValueAsString(counts.get(i))).append("}\n");
    }
  }
}
