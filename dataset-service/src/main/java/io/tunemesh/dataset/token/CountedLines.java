package io.tunemesh.dataset.token;

import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.ahead.Ahead;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the examples of lines, some at a time and in their order. While some are in the tokenizer,
 * which has threads of its own, the next are made ready for it.
 */
final class CountedLines implements Closeable {

  private static final int BATCH = 256;
  private static final long BATCH_CHARACTERS = 1 << 19;
  private static final ObjectReader READER = Json.MAPPER.readerFor(Countable.class);

  private final BufferedReader lines;
  private final ExampleCounter counter;
  private Ahead<Batch> ahead;
  private boolean ended;

  /**
   * @param lines examples as JSON
   */
  CountedLines(BufferedReader lines, ExampleCounter counter) {
    this.lines = lines;
    this.counter = counter;
  }

  /**
   * Lines with their examples and the counts of these.
   *
   * @param problem why they could not be counted; null where they were
   */
  record Batch(
      List<String> lines,
      List<Countable> examples,
      List<TokenCount> counts,
      Unrenderable problem) {}

  /**
   * The next lines; null behind the last.
   *
   * @throws Unrenderable if the template of one of their chats cannot be written out
   */
  Batch next() throws IOException, Unrenderable {
    while (!ended && (ahead == null || ahead.wants())) {
      List<String> batch = cut();
      if (ended && ahead == null) {
        return checked(counted(batch)); // it is all, for which no thread is worth its start
      }
      if (ahead == null) {
        ahead = new Ahead<>("tokens-");
      }
      ahead.add(() -> counted(batch));
    }
    return ahead == null ? null : checked(ahead.take());
  }

  private List<String> cut() throws IOException {
    List<String> batch = new ArrayList<>();
    long characters = 0;
    while (batch.size() < BATCH && characters < BATCH_CHARACTERS) {
      String line = lines.readLine();
      if (line == null) {
        ended = true;
        break;
      }
      batch.add(line);
      characters += line.length();
    }
    return batch;
  }

  private Batch counted(List<String> lines) throws IOException {
    List<Countable> examples = new ArrayList<>();
    for (String line : lines) {
      examples.add(READER.readValue(line));
    }
    try {
      return new Batch(lines, examples, counter.count(examples), null);
    } catch (Unrenderable e) {
      return new Batch(lines, examples, null, e);
    }
  }

  private static Batch checked(Batch batch) throws Unrenderable {
    if (batch != null && batch.problem() != null) {
      throw batch.problem();
    }
    return batch;
  }

  @Override
  public void close() {
    if (ahead != null) {
      ahead.close();
    }
  }
}
