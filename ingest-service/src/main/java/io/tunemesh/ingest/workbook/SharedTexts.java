package io.tunemesh.ingest.workbook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts that the cells of a workbook name by number, as the bytes that they have in JSON: each
 * is turned into these once, however many cells name it. The first of them lie in memory, up to a
 * limit; the rest in a file that is gone when this is closed.
 */
final class SharedTexts implements Closeable {

  /** An array that grew by copying would need three times its room. */
  private static final int CHUNK = 1 << 14;

  /** Before each text: its length in characters, negative where it is blank. */
  private static final int HEAD = Integer.BYTES;

  private final int maxTexts;
  private final SpoolFile file;
  private final List<long[]> ends = new ArrayList<>();
  private int count;
  private final byte[] head = new byte[HEAD];
  private int found;
  private int length;

  SharedTexts(Path folder, WorkbookConfig config) {
    this.maxTexts = config.maxSharedTexts();
    this.file = new SpoolFile(folder, config.sharedTextMemory());
  }

  /** Gives {@code text} the next number. */
  void add(String text) {
    if (text.indexOf('\0') >= 0) {
      throw Unreadable.file("nul", CellText.NUL);
    }
    byte[] json = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    add(json, 0, json.length, text.length(), CellText.strip(text).isEmpty());
  }

  /** Gives {@code text}, which names no other characters, the next number. */
  void add(PlainText text) {
    byte[] quoted = text.quoted();
    if (quoted != null) {
      add(quoted, 0, quoted.length, text.characters(), text.isBlank());
    } else {
      add(text.bytes(), text.start(), text.size(), text.characters(), text.isBlank());
    }
  }

  private void add(byte[] json, int start, int size, int characters, boolean isBlank) {
    if (count >= maxTexts) {
      throw Unreadable.file(
          "too_large",
          "The workbook has more than %,d different texts; split it into several files."
              .formatted(maxTexts));
    }
    if (count % CHUNK == 0) {
      ends.add(new long[CHUNK]);
    }
    int told = isBlank ? -characters : characters;
    for (int i = 0; i < HEAD; i++) {
      head[i] = (byte) (told >> 8 * i);
    }
    try {
      file.append(head, 0, HEAD);
      file.append(json, start, size);
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
    ends.getLast()[count++ % CHUNK] = file.length();
  }

  /** Looks for the text of that number. Gives its length in characters, or -1 if there is none. */
  int find(int number) {
    if (number < 0 || number >= count) {
      return -1;
    }
    try {
      file.read(start(number), HEAD, head, 0);
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
    found = number;
    length = 0;
    for (int i = 0; i < HEAD; i++) {
      length |= (head[i] & 0xff) << 8 * i;
    }
    return Math.abs(length);
  }

  /** Makes the text that was found last a cell of {@code row}. */
  void addTo(Row row, int column) {
    long start = start(found) + HEAD;
    int size = (int) (end(found) - start);
    int at = row.addJson(column, Math.abs(length), length < 0, size);
    try {
      file.read(start, size, row.bytes(), at);
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  private long start(int number) {
    return number == 0 ? 0 : end(number - 1);
  }

  private long end(int number) {
    return ends.get(number / CHUNK)[number % CHUNK];
  }
}
