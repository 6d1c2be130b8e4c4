package io.tunemesh.ingest.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One strict pass over a file in one encoding: either every byte is text, or the first that is not
 * is known. Needs 200 kB whatever the file's size.
 *
 * @param charset the encoding tried
 * @param bom bytes before the text
 * @param head the first {@value #HEAD} characters
 * @param whole the head is all
 * @param badByte where the bytes stop to be text of that encoding, from 0; -1 if they never do
 * @param badLine the line of it, from 1
 * @param cutOff the file ends within a character
 * @param nulLine the line of the first U+0000; 0 if there is none
 * @param binary more than one character in ten is U+0000
 */
record Decoding(
    Charset charset,
    int bom,
    String head,
    boolean whole,
    long badByte,
    int badLine,
    boolean cutOff,
    int nulLine,
    boolean binary) {

  static final int HEAD = 262144;

  boolean succeeded() {
    return badByte < 0;
  }

  static Decoding of(Path file, Charset charset, int bom) throws IOException {
    Decoding well = charset.equals(StandardCharsets.UTF_8) ? ofUtf8(file, bom) : null;
    return well == null ? decode(file, charset, bom) : well;
  }

  /** Of a file that is UTF-8 and has no U+0000; null of any other. */
  private static Decoding ofUtf8(Path file, int bom) throws IOException {
    long total = Utf8Text.characters(file, bom);
    if (total < 0) {
      return null;
    }
    char[] head = new char[HEAD];
    int length = 0;
    try (Reader in = Files.newBufferedReader(file)) {
      in.skip(bom > 0 ? 1 : 0); // the mark is one character
      for (int read = 0; read >= 0 && length < HEAD; length += Math.max(read, 0)) {
        read = in.read(head, length, HEAD - length);
      }
    }
    String start = new String(head, 0, length);
    return new Decoding(StandardCharsets.UTF_8, bom, start, total <= HEAD, -1, 0, false, 0, false);
  }

  private static Decoding decode(Path file, Charset charset, int bom) throws IOException {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.allocate(65536);
    CharBuffer chars = CharBuffer.allocate(65536);
    StringBuilder head = new StringBuilder();
    long read = bom;
    long total = 0;
    long nuls = 0;
    int nulLine = 0;
    int lines = 1;
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(bom);
      boolean end = false;
      while (true) {
        if (!end) {
          int more = in.read(bytes.array(), bytes.position(), bytes.remaining());
          end = more < 0;
          bytes.position(bytes.position() + Math.max(more, 0));
        }
        bytes.flip();
        int before = bytes.position();
        CoderResult result = decoder.decode(bytes, chars, end);
        read += bytes.position() - before;
        chars.flip();
        total += chars.length();
        char[] decoded = chars.array();
        for (int i = 0; i < chars.limit(); i++) {
          char c = decoded[i];
          if (c == '\n') {
            lines++;
          } else if (c == 0) {
            nulLine = nuls++ == 0 ? lines : nulLine;
          }
        }
        head.append(chars, 0, Math.min(chars.length(), HEAD - head.length()));
        chars.clear();
        if (result.isError()) {
          boolean atEnd = end && bytes.remaining() <= result.length() + 1 && bytes.remaining() < 4;
          return new Decoding(
              charset,
              bom,
              head.toString(),
              false,
              read,
              lines,
              atEnd && total > 0,
              nulLine,
              nuls * 10 > total);
        }
        boolean drained = end && !bytes.hasRemaining() && result.isUnderflow();
        bytes.compact();
        if (drained) {
          return new Decoding(
              charset,
              bom,
              head.toString(),
              total <= HEAD,
              -1,
              lines,
              false,
              nulLine,
              nuls * 10 > total);
        }
      }
    }
  }
}
