package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts that the cells of a workbook name by number. The first of them lie in memory, up to a
 * limit; the rest in a file that is gone when this is closed.
 */
final class SharedTexts implements Closeable {

  /** Bytes of a String beside its characters, and of the reference to it. */
  private static final int OVERHEAD = 60;

  /** An array that grew by copying would need three times its room. */
  private static final int CHUNK = 1 << 14;

  private final Path folder;
  private final int maxTexts;
  private final List<String> inMemory = new ArrayList<>();
  private long memoryLeft;
  private SpoolFile file;
  private final List<long[]> ends = new ArrayList<>();
  private int inFile;

  SharedTexts(Path folder, WorkbookConfig config) {
    this.folder = folder;
    this.maxTexts = config.maxSharedTexts();
    this.memoryLeft = config.sharedTextMemory();
  }

  /** Gives {@code text} the next number. */
  void add(String text) {
    if (inMemory.size() + inFile >= maxTexts) {
      throw Unreadable.file(
          "too_large",
          "The workbook has more than %,d different texts; split it into several files."
              .formatted(maxTexts));
    }
    memoryLeft -= OVERHEAD + 2L * text.length();
    if (memoryLeft >= 0) {
      inMemory.add(text);
    } else {
      memoryLeft = -1;
      spool(text);
    }
  }

  /** The text of that number, or null if there is none. */
  String get(int number) {
    if (number < 0) {
      return null;
    }
    if (number < inMemory.size()) {
      return inMemory.get(number);
    }
    int spooled = number - inMemory.size();
    if (spooled >= inFile) {
      return null;
    }
    long start = spooled == 0 ? 0 : end(spooled - 1);
    try {
      return file.text(start, (int) (end(spooled) - start));
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new SpoolFailed(e);
      }
    }
  }

  private void spool(String text) {
    try {
      if (file == null) {
        file = new SpoolFile(folder);
      }
      if (inFile % CHUNK == 0) {
        ends.add(new long[CHUNK]);
      }
      file.append(text.getBytes(StandardCharsets.UTF_8));
      ends.getLast()[inFile++ % CHUNK] = file.length();
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  private long end(int spooled) {
    return ends.get(spooled / CHUNK)[spooled % CHUNK];
  }
}
