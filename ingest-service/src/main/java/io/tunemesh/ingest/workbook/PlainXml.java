package io.tunemesh.ingest.workbook;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.xml.stream.XMLStreamException;

/**
 * The bytes of a part, from which elements of a plain form are taken where they lie, since nearly
 * all of a large part is such. It is no parser: {@link #rest} gives what was not taken, with all
 * that stands before it, as XML of its own to {@link PartXml}, which alone says what is damaged.
 *
 * <p>What takes bytes returns false at the first that it does not know. The caller then either has
 * {@link #more} bytes and tries again from its {@link #mark}, or leaves the element to the parser.
 */
final class PlainXml implements Closeable {

  private static final int ROOM = 1 << 18;
  private static final int MOST = 1 << 22;

  /** Zeros behind the bytes, so that whatever looks a little further finds nothing it knows. */
  private static final int PADDING = 64;

  private static final byte[][] SPACE = {ascii(" xml:space=\"preserve\">"), ascii(">")};

  private final InputStream in;
  private byte[] head = new byte[0];
  private byte[] bytes = new byte[ROOM + PADDING];
  private int mark;
  private int at;
  private int limit;
  private int unknown;
  private final PlainText text = new PlainText();

  /** Takes from {@code in}, which it closes. */
  PlainXml(InputStream in) {
    this.in = in;
  }

  /** ASCII as bytes. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Passes over all up to the end of the first {@code tag}, if by then the part is the start of a
   * whole one in UTF-8 that {@code closing} would end. Whether it did.
   */
  boolean skipHead(String tag, String closing) throws IOException {
    byte[] wanted = ascii(tag);
    int stop = -1;
    while (stop < 0 && limit < ROOM && fill()) {
      int found = indexOf(wanted);
      stop = found < 0 ? -1 : indexOf('>', found);
    }
    if (stop < 0) {
      return false;
    }
    byte[] tried = Arrays.copyOf(bytes, stop + 1);
    InputStream closed =
        new SequenceInputStream(
            new ByteArrayInputStream(tried), new ByteArrayInputStream(ascii(closing)));
    try (PartXml xml = new PartXml(closed)) {
      int event = xml.next();
      while (event != PartXml.DONE) {
        event = xml.next();
      }
      if (!xml.isUtf8()) {
        return false;
      }
    } catch (XMLStreamException e) {
      return false;
    }
    head = tried;
    at = stop + 1;
    return true;
  }

  /** What was passed over at the start, and all that was not taken since. */
  InputStream rest() {
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(head),
                new ByteArrayInputStream(bytes, at, limit - at),
                in)));
  }

  /** Whether {@code text} stands in what was passed over at the start. */
  boolean isInHead(String text) {
    return new String(head, StandardCharsets.UTF_8).contains(text);
  }

  /** Where to go back to. */
  void mark() {
    mark = at;
    unknown = 0;
  }

  /**
   * Goes back and gets more bytes, if it was for want of them that something was not known. Whether
   * there are more now.
   */
  boolean more() throws IOException {
    at = mark;
    boolean wanting = unknown >= limit;
    unknown = 0;
    return wanting && fill();
  }

  /** Passes over what may stand between elements. */
  void skipSpace() {
    while (bytes[at] == '\n' || bytes[at] == ' ' || bytes[at] == '\r' || bytes[at] == '\t') {
      at++;
    }
  }

  /** Takes {@code wanted}. */
  boolean take(byte[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[at + i] != wanted[i]) {
        return isUnknown(at + i);
      }
    }
    at += wanted.length;
    return true;
  }

  /** Whether {@code next} is the next byte. */
  boolean isNext(char next) {
    return bytes[at] == next;
  }

  /** Whether the next byte is a capital. */
  boolean isLetter() {
    return bytes[at] >= 'A' && bytes[at] <= 'Z' || isUnknown(at);
  }

  /** The next byte, which is taken. */
  int take() {
    return bytes[at++];
  }

  /** Notes that the byte before the next is not known. */
  boolean isUnknown() {
    return isUnknown(at - 1);
  }

  /** Takes digits as a number; -1 if there are none, or more than seven. */
  int takeNumber() {
    int from = at;
    int number = 0;
    while (bytes[at] >= '0' && bytes[at] <= '9' && at - from < 8) {
      number = number * 10 + bytes[at++] - '0';
    }
    if (at == from || at - from > 7) {
      isUnknown(at);
      return -1;
    }
    return number;
  }

  /** Takes the end of a tag of a text, which may say that its space is to be kept. */
  boolean takeTextTag() {
    return take(bytes[at] == ' ' ? SPACE[0] : SPACE[1]);
  }

  /** Takes text up to the next tag, which {@link #text} then is. */
  boolean takeText() {
    int stop = text.take(bytes, at);
    if (stop < 0) {
      return isUnknown(~stop);
    }
    at = stop;
    return true;
  }

  /** The text that was taken last; it lies in the bytes, until more are got. */
  PlainText text() {
    return text;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean isUnknown(int place) {
    unknown = Math.max(unknown, place);
    return false;
  }

  /** Gets bytes behind those from the mark on. */
  private boolean fill() throws IOException {
    if (mark > 0) {
      System.arraycopy(bytes, mark, bytes, 0, limit - mark);
      limit -= mark;
      at -= mark;
      mark = 0;
    }
    if (limit == bytes.length - PADDING) {
      if (limit >= MOST) {
        return false;
      }
      bytes = Arrays.copyOf(bytes, 2 * limit + PADDING);
    }
    int read = in.read(bytes, limit, bytes.length - PADDING - limit);
    limit += Math.max(read, 0);
    Arrays.fill(bytes, limit, limit + PADDING, (byte) 0);
    return read > 0;
  }

  private int indexOf(byte[] wanted) {
    int last = limit - wanted.length;
    for (int i = 0; i <= last; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private int indexOf(char wanted, int from) {
    for (int i = from; i < limit; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
