package io.tunemesh.ingest.workbook;

import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  private FileChannel file;
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
    return spooled < inFile ? read(spooled) : null;
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
        file =
            FileChannel.open(
                Files.createTempFile(folder, "texts", null),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
      }
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      long at = start(inFile);
      while (bytes.hasRemaining()) {
        file.write(bytes, at + bytes.position());
      }
      if (inFile % CHUNK == 0) {
        ends.add(new long[CHUNK]);
      }
      ends.getLast()[inFile++ % CHUNK] = at + bytes.limit();
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
  }

  private String read(int spooled) {
    ByteBuffer bytes = ByteBuffer.allocate((int) (end(spooled) - start(spooled)));
    try {
      while (bytes.hasRemaining() && file.read(bytes, start(spooled) + bytes.position()) >= 0) {
        continue;
      }
    } catch (IOException e) {
      throw new SpoolFailed(e);
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private long start(int spooled) {
    return spooled == 0 ? 0 : end(spooled - 1);
  }

  private long end(int spooled) {
    return ends.get(spooled / CHUNK)[spooled % CHUNK];
  }
}
