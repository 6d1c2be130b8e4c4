package io.tunemesh.dataset.build;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.dataset.ahead.Ahead;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.recipe.Place;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Reads rows on several threads, ahead of the one that settles them, and gives what was found in
 * their order. It is for recipes that read each row by itself. Of the file it holds a few batches
 * of lines.
 */
final class RowsAhead implements Closeable {

  static final int BATCH = 1 << 16;

  private final InputStream lines;
  private final Supplier<LineWriter.Form> forms;
  private final BooleanSupplier enough;
  private final int batch;
  private final Queue<RowReading> free = new ConcurrentLinkedQueue<>();
  private final Queue<byte[]> spare = new ConcurrentLinkedQueue<>();
  private final RowReading rows;

  /** How large the lines of a batch were, the last that is known. */
  private volatile int page;

  private Ahead<List<Finding.OfRow>> ahead;
  private byte[] left = new byte[0];
  private boolean ended;

  /**
   * @param rows reads the first rows; others like it read the rest
   * @param forms in which the lines of examples are written, one for each batch
   * @param enough whether what is found in rows is not wanted any more; it stays so
   * @param batch about how many bytes of lines are read at a time
   */
  RowsAhead(
      InputStream lines,
      RowReading rows,
      Supplier<LineWriter.Form> forms,
      BooleanSupplier enough,
      int batch) {
    this.lines = lines;
    this.rows = rows;
    this.forms = forms;
    this.enough = enough;
    this.batch = batch;
  }

  /** What was found in the next rows; null behind the last. */
  List<Finding.OfRow> next() throws IOException {
    while (!ended && (ahead == null || ahead.wants())) {
      Batch next = cut();
      if (ended && ahead == null) {
        return read(next, rows); // it fits into one batch, for which no thread is worth its start
      }
      if (ahead == null) {
        ahead = new Ahead<>("rows-");
      }
      ahead.add(() -> read(next));
    }
    return ahead == null ? null : ahead.take();
  }

  private record Batch(byte[] bytes, int length) {}

  /** The next whole lines; the last need not have an end. */
  private Batch cut() throws IOException {
    byte[] bytes = room(Math.max(batch, 2 * left.length));
    int length = left.length;
    System.arraycopy(left, 0, bytes, 0, length);
    while (true) {
      int read = lines.readNBytes(bytes, length, bytes.length - length);
      int from = length;
      length += read;
      if (length < bytes.length) {
        ended = true;
        return new Batch(bytes, length);
      }
      for (int end = length; end > from; end--) {
        if (bytes[end - 1] == '\n') {
          left = Arrays.copyOfRange(bytes, end, length);
          return new Batch(bytes, end);
        }
      }
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
  }

  /** Memory of a batch that was read, or new one. */
  private byte[] room(int wanted) {
    byte[] used = spare.poll();
    return used != null && used.length >= wanted ? used : new byte[wanted];
  }

  private List<Finding.OfRow> read(Batch batch) throws IOException {
    RowReading taken = free.poll();
    RowReading mine = taken == null ? rows.again() : taken;
    List<Finding.OfRow> found = read(batch, mine);
    free.add(mine);
    spare.add(batch.bytes());
    return found;
  }

  private List<Finding.OfRow> read(Batch batch, RowReading rows) throws IOException {
    List<Finding.OfRow> found = new ArrayList<>();
    LineWriter.Form form = forms.get();
    int before = page;
    int size = before == 0 ? 3 * batch.length() : before + before / 8;
    RecordLines records = new RecordLines(batch.bytes(), batch.length());
    try (LineWriter lines = new LineWriter(size, records.cells())) {
      for (SourceRecord row = records.next(); row != null; row = records.next()) {
        boolean halves = records.mayHoldHalves();
        Outcome.Refused unread = rows.unread(row, halves).orElse(null);
        boolean wanted = unread == null && !enough.getAsBoolean();
        List<Finding> findings = wanted ? rows.read(row) : List.of();
        List<Finding> written = new ArrayList<>(findings.size());
        for (Finding finding : findings) {
          written.add(
              finding instanceof Finding.Made made && !(halves && Broken.isBroken(made.line()))
                  ? made.with(form.write(lines, made.line()))
                  : finding);
        }
        found.add(new Finding.OfRow(Place.of(row), unread, written));
      }
      page = lines.size();
    }
    return found;
  }

  /** Ends the threads; what they read and nobody took is lost. */
  @Override
  public void close() {
    if (ahead != null) {
      ahead.close();
    }
  }
}
