package io.tunemesh.ingest.record;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file whose every byte is text of one known encoding.
 *
 * @param bom bytes before the text
 * @param head the text's start, of {@value Decoding#HEAD} characters at most unless asked for more
 * @param whole the head is all
 */
public record TextFile(Path file, Charset charset, int bom, String head, boolean whole) {

  /** The text from its start, without the mark of its encoding. */
  public Reader reader() throws IOException {
    return new InputStreamReader(bytes(), charset.newDecoder());
  }

  /** The text behind so many of its bytes, which end a character. */
  public Reader readerFrom(long offset) throws IOException {
    return new InputStreamReader(bytesFrom(offset), charset.newDecoder());
  }

  /** The same as bytes. */
  public InputStream bytesFrom(long offset) throws IOException {
    InputStream in = bytes();
    in.skipNBytes(offset);
    return in;
  }

  /** The text as bytes. */
  public InputStream bytes() throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 65536);
    in.skipNBytes(bom);
    return in;
  }

  public boolean isUtf8() {
    return charset.equals(StandardCharsets.UTF_8);
  }

  /** The same with {@code more} characters behind its head, or all that there are. */
  public TextFile withMore(int more) throws IOException {
    char[] longer = new char[head.length() + more];
    int length = 0;
    try (Reader in = reader()) {
      for (int read = 0; read >= 0 && length < longer.length; length += Math.max(read, 0)) {
        read = in.read(longer, length, longer.length - length);
      }
      return new TextFile(file, charset, bom, new String(longer, 0, length), in.read() < 0);
    }
  }

  /** The lines of the head, without one that it cuts off. */
  public List<String> headLines() {
    int last = Math.max(head.lastIndexOf('\n'), head.lastIndexOf('\r'));
    return head.substring(0, whole ? head.length() : Math.max(last, 0)).lines().toList();
  }
}
