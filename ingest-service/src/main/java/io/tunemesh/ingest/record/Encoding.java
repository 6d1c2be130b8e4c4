package io.tunemesh.ingest.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * Finds a text's encoding: by the mark at its start; else UTF-16 by its zero bytes, UTF-8, GB18030,
 * each strictly and to the last byte. What is none of these is refused with the place of the first
 * byte that is no text, rather than shown as other characters than were meant.
 */
public final class Encoding {

  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final String SAVE_AS_UTF8 = "save the file as UTF-8 and upload that.";

  /** Least share of the characters beyond ASCII that Chinese text has in common use. */
  private static final double COMMON = 0.9;

  /** From so many characters on, Chinese text surely has some of the alphabet's second half. */
  private static final int ENOUGH = 20;

  private static final BitSet IN_USE = hanzi(0xb0, 0xf7, true);
  private static final BitSet LATE = hanzi(0xc9, 0xf7, false);

  private Encoding() {}

  /**
   * The text that {@code file} is.
   *
   * @throws Unreadable if it is none
   */
  public static TextFile of(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(4096);
    }
    for (Mark mark : Mark.values()) {
      if (mark.begins(start)) {
        return text(file, sure(Decoding.of(file, mark.charset(), mark.bytes.length), mark.name));
      }
    }
    Charset wide = wide(start);
    if (wide != null) {
      return text(file, sure(Decoding.of(file, wide, 0), wide.name()));
    }
    Decoding utf8 = Decoding.of(file, StandardCharsets.UTF_8, 0);
    if (utf8.succeeded()) {
      return text(file, utf8);
    }
    Charset perhaps = side(start);
    if (perhaps != null) {
      Decoding decoded = Decoding.of(file, perhaps, 0);
      if (decoded.succeeded() && decoded.nulLine() == 0 && isChinese(decoded.head())) {
        return text(file, decoded);
      }
    }
    if (!utf8.cutOff()) {
      Decoding chinese = Decoding.of(file, GB18030, 0);
      if (chinese.succeeded() && chinese.nulLine() == 0 && isChinese(chinese.head())) {
        return text(file, chinese);
      }
    }
    throw refused(utf8, "UTF-8 or GB18030");
  }

  private static TextFile text(Path file, Decoding decoded) {
    if (decoded.binary()) {
      throw noText();
    }
    if (decoded.nulLine() > 0) {
      throw Unreadable.at(
          null,
          decoded.nulLine(),
          null,
          "nul",
          "Line %,d has a zero byte, which no text has; remove it and upload the file again."
              .formatted(decoded.nulLine()));
    }
    return new TextFile(file, decoded.charset(), decoded.bom(), decoded.head(), decoded.whole());
  }

  private static Decoding sure(Decoding decoded, String name) {
    if (!decoded.succeeded()) {
      throw refused(decoded, name);
    }
    return decoded;
  }

  private static Unreadable refused(Decoding decoded, String name) {
    if (decoded.nulLine() > 0) {
      return noText();
    }
    if (decoded.cutOff()) {
      return Unreadable.at(
          null,
          decoded.badLine(),
          null,
          "cut_off",
          "The file ends at byte %,d within a character: it was cut off. Upload it whole."
              .formatted(decoded.badByte()));
    }
    return Unreadable.at(
        null,
        decoded.badLine(),
        null,
        "wrong_encoding",
        "Byte %,d, in line %,d, is no text in %s; "
                .formatted(decoded.badByte(), decoded.badLine(), name)
            + SAVE_AS_UTF8);
  }

  private static Unreadable noText() {
    return Unreadable.file(
        "unsupported_type",
        "The file is neither text nor of another kind that is known. Supported are "
            + Content.SUPPORTED);
  }

  /** Zero bytes are half of the ASCII in UTF-16: text with much of it is surely that. */
  private static Charset wide(byte[] start) {
    int zeros = 0;
    for (byte b : start) {
      zeros += b == 0 ? 1 : 0;
    }
    return zeros * 10 < start.length ? null : side(start);
  }

  /** Zero bytes stand on one side of each pair in UTF-16; null if they do not. */
  private static Charset side(byte[] start) {
    int[] zeros = new int[2];
    for (int i = 0; i < start.length; i++) {
      zeros[i % 2] += start[i] == 0 ? 1 : 0;
    }
    if (Math.min(zeros[0], zeros[1]) * 2 >= Math.max(zeros[0], zeros[1])) {
      return null;
    }
    return zeros[1] > zeros[0] ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
  }

  /** Any two bytes may be GB18030; only Chinese text comes out as characters in use. */
  private static boolean isChinese(String text) {
    int beyond = 0;
    int common = 0;
    int late = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0x7f && !Character.isSurrogate(c)) {
        beyond++;
        common += IN_USE.get(c) ? 1 : 0;
        late += LATE.get(c) ? 1 : 0;
      }
    }
    return common >= COMMON * beyond && (beyond < ENOUGH || late > 0);
  }

  /** What two bytes of GB 2312 stand for: punctuation in rows A1 and A3, hanzi from B0 on. */
  private static BitSet hanzi(int from, int to, boolean punctuation) {
    BitSet found = new BitSet(0x10000);
    for (int first = 0xa1; first <= to; first++) {
      boolean wanted = first >= from || (punctuation && first <= 0xa3);
      for (int second = 0xa1; wanted && second <= 0xfe; second++) {
        String text = new String(new byte[] {(byte) first, (byte) second}, GB18030);
        if (text.length() == 1 && text.charAt(0) != '\ufffd') {
          found.set(text.charAt(0));
        }
      }
    }
    return found;
  }

  /** The marks with which texts begin (Unicode 16, 23.8; GB 18030). UTF-32 is before UTF-16. */
  private enum Mark {
    UTF32LE("fffe0000", "UTF-32LE"),
    UTF32BE("0000feff", "UTF-32BE"),
    UTF8("efbbbf", "UTF-8"),
    UTF16LE("fffe", "UTF-16LE"),
    UTF16BE("feff", "UTF-16BE"),
    GB("84319533", "GB18030");

    private final byte[] bytes;
    private final String name;

    Mark(String bytes, String name) {
      this.bytes = HexFormat.of().parseHex(bytes);
      this.name = name;
    }

    boolean begins(byte[] start) {
      return start.length >= bytes.length
          && Arrays.equals(start, 0, bytes.length, bytes, 0, bytes.length);
    }

    Charset charset() {
      return Charset.forName(name);
    }
  }
}
