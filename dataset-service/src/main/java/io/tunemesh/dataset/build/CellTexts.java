package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.util.Arrays;

/**
 * The texts of the record that was read last, with the bytes they came from: where one of them goes
 * on into an example as it is, it is written by these and need not be encoded anew.
 */
final class CellTexts {

  private final byte[] bytes;
  private String[] texts = new String[8];
  private int[] begins = new int[8];
  private int[] ends = new int[8];
  private int size;

  /**
   * @param bytes where the texts stand as JSON, which must not change while they are written
   */
  CellTexts(byte[] bytes) {
    this.bytes = bytes;
  }

  void clear() {
    size = 0;
  }

  /** Adds a text whose bytes, within quotation marks, are just those that Jackson would write. */
  void add(String text, int begin, int end) {
    if (size == texts.length) {
      texts = Arrays.copyOf(texts, 2 * size);
      begins = Arrays.copyOf(begins, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    texts[size] = text;
    begins[size] = begin;
    ends[size++] = end;
  }

  /** What writes as {@code json} does, and a text that is the very object of one of these so. */
  JsonGenerator by(JsonGenerator json) {
    return new JsonGeneratorDelegate(json) {
      @Override
      public void writeString(String text) throws IOException {
        for (int i = 0; i < size; i++) {
          if (texts[i] == text) {
            delegate.writeRawUTF8String(bytes, begins[i], ends[i] - begins[i]);
            return;
          }
        }
        delegate.writeString(text);
      }
    };
  }
}
