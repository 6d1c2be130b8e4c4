package io.tunemesh.dataset.token;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tunemesh.contract.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Counts many examples, some at a time, several times at once. Where a chat turns out to need what
 * its template cannot be given here, all are counted again by their contents, so that one dataset
 * has one measure.
 */
final class CountingPass {

  private static final int BATCH = 256;
  private static final long BATCH_CHARACTERS = 1 << 20;
  private static final int MOST_THREADS = 4;
  private static final ObjectReader READER = Json.MAPPER.readerFor(Countable.class);
  private static final ObjectWriter WRITER = Json.MAPPER.writerFor(TokenCount.class);

  private final Counting.ByModel by;
  private final int threads;

  CountingPass(Counting.ByModel by) {
    this(by, Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS));
  }

  CountingPass(Counting.ByModel by, int threads) {
    this.by = by;
    this.threads = threads;
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
    try (ExecutorService counters = Executors.newFixedThreadPool(threads);
        BufferedReader in = Files.newBufferedReader(lines);
        BufferedWriter out = Files.newBufferedWriter(counted)) {
      Deque<Future<Batch>> ahead = new ArrayDeque<>();
      List<String> next = batch(in);
      while (!next.isEmpty() || !ahead.isEmpty()) {
        if (!next.isEmpty()) {
          List<String> now = next;
          ahead.add(counters.submit(() -> Batch.counted(now, counter)));
          next = batch(in);
        }
        if (next.isEmpty() || ahead.size() > threads) {
          result(ahead.remove()).write(tally, each, out);
        }
      }
    }
    Files.move(counted, lines, StandardCopyOption.REPLACE_EXISTING);
    return by.model().report(by.id(), counter, tally);
  }

  private static List<String> batch(BufferedReader in) throws IOException {
    List<String> batch = new ArrayList<>();
    long characters = 0;
    while (batch.size() < BATCH && characters < BATCH_CHARACTERS) {
      String line = in.readLine();
      if (line == null) {
        break;
      }
      batch.add(line);
      characters += line.length();
    }
    return batch;
  }

  private static Batch result(Future<Batch> counted) throws IOException, Unrenderable {
    try {
      return counted.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Unrenderable why -> throw why;
        case IOException why -> throw why;
        case Error why -> throw why;
        case RuntimeException why -> throw why;
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the counting was interrupted");
    }
  }

  /** Some lines with their counts. */
  private record Batch(List<String> lines, List<Countable> examples, List<TokenCount> counts) {

    static Batch counted(List<String> lines, ExampleCounter counter)
        throws IOException, Unrenderable {
      List<Countable> examples = new ArrayList<>();
      for (String line : lines) {
        examples.add(READER.readValue(line));
      }
      return new Batch(lines, examples, counter.count(examples));
    }

    void write(TokenTally tally, Consumer<TokenCount> each, BufferedWriter out) throws IOException {
      for (int i = 0; i < counts.size(); i++) {
        tally.add(examples.get(i), counts.get(i));
        each.accept(counts.get(i));
        String line = lines.get(i);
        out.append(line, 0, line.length() - 1).append(",\"tokens\":");
        out.append(WRITER.writeValueAsString(counts.get(i))).append("}\n");
      }
    }
  }
}
