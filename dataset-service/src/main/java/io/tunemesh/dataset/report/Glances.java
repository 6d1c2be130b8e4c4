package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Glance.Key;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.token.TokenCount;
import io.tunemesh.platform.work.LocalFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Counts the examples of a dataset while their lines are written, in the order of the lines. What
 * they are compared by goes into a file, 29 bytes each and 8 for each answer of a chat with
 * several, so that memory does not grow with them.
 */
public final class Glances implements Closeable {

  private final Path file;
  private final DataOutputStream keys;
  private final Words words;
  private final String seed;
  private final ExampleCount count;
  private int examples;

  /**
   * @param file for the keys
   * @param templates as their authors wrote them
   * @param seed decides which examples are shown
   */
  public Glances(Path file, List<String> templates, String seed) {
    this.file = file;
    this.keys = new DataOutputStream(new BufferedOutputStream(LocalFile.create(file)));
    this.words = new Words(templates);
    this.seed = seed;
    this.count = new ExampleCount();
  }

  /** What takes glances for these, for one more thread. */
  public Glancing glancing() {
    return new Glancing(words, seed);
  }

  /** Counts the next example. */
  public void add(Glance example) throws IOException {
    Key key = example.key();
    keys.writeByte(key.part().ordinal() * 2 + (key.own() ? 1 : 0));
    keys.writeDouble(key.place());
    keys.writeLong(key.whole());
    keys.writeLong(key.question());
    keys.writeInt(key.turns().length);
    for (long turn : key.turns()) {
      keys.writeLong(turn);
    }
    count.add(examples++, example);
  }

  /** What counts the examples' tokens; every time from the first on. */
  public Consumer<TokenCount> tokens() {
    return count.tokens();
  }

  Words words() {
    return words;
  }

  ExampleCount count() {
    return count;
  }

  /** Takes a key by the number of its example, from 0. */
  interface Taking {
    void take(int number, Key key) throws IOException;
  }

  /** Goes through all keys; these are complete. */
  void each(Taking taking) throws IOException {
    close();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (int number = 0; number < examples; number++) {
        int kind = in.readUnsignedByte();
        taking.take(
            number,
            new Key(
                Part.values()[kind / 2],
                kind % 2 == 1,
                in.readDouble(),
                in.readLong(),
                in.readLong(),
                turns(in)));
      }
    }
  }

  private static long[] turns(DataInputStream in) throws IOException {
    long[] turns = new long[in.readInt()];
    for (int i = 0; i < turns.length; i++) {
      turns[i] = in.readLong();
    }
    return turns;
  }

  @Override
  public void close() throws IOException {
    keys.close();
  }
}
