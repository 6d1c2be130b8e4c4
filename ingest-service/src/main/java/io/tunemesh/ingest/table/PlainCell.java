package io.tunemesh.ingest.table;

import io.tunemesh.ingest.record.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The cells of a row on their way from a text's bytes into its record: one that JSON writes in the
 * same way stays where it lies, any other is written aside.
 */
final class PlainCell {

  private static final String HEX = "0123456789ABCDEF";

  private byte[] aside = new byte[1 << 12];
  private int used;
  private byte[] lies;
  private int from;
  private int to;
  private int characters;
  private boolean solid;

  /** Forgets the cells of the row before. */
  void row() {
    used = 0;
    solid = false;
  }

  /** Begins a cell. */
  void begin() {
    lies = null;
    from = used;
    to = used;
    characters = 0;
  }

  /** Whether a cell of the row had more than white space. */
  boolean isSolid() {
    return solid;
  }

  /**
   * Adds text as it lies. The first piece of a cell is not copied, unless another follows.
   *
   * @param length its characters
   */
  void add(byte[] bytes, int start, int end, int length) {
    if (start == end) {
      return;
    }
    characters += length;
    solid = solid || !PlainBytes.isBlank(bytes, start, end);
    if (lies == null && from == used) {
      lies = bytes;
      from = start;
      to = end;
      return;
    }
    copyAside();
    append(bytes, start, end);
  }

  /**
   * Adds a character that JSON escapes.
   *
   * @return false if it is none of the common ones
   */
  boolean escape(byte character) {
    char letter =
        switch (character) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 0;
        };
    if (letter == 0) {
      return false;
    }
    copyAside();
    solid |= letter == character;
    characters++;
    room(2);
    aside[used++] = '\\';
    aside[used++] = (byte) letter;
    to = used;
    return true;
  }

  /** Adds a character of four bytes, which records have as two escapes. */
  void addPair(byte[] bytes, int at) {
    copyAside();
    solid = true;
    characters += 2;
    room(12);
    String pair = new String(bytes, at, 4, StandardCharsets.UTF_8);
    for (int i = 0; i < 2; i++) {
      aside[used++] = '\\';
      aside[used++] = 'u';
      for (int shift = 12; shift >= 0; shift -= 4) {
        aside[used++] = (byte) HEX.charAt(pair.charAt(i) >> shift & 0xf);
      }
    }
    to = used;
  }

  private void copyAside() {
    if (lies != null) {
      byte[] bytes = lies;
      int start = from;
      int end = to;
      lies = null;
      from = used;
      append(bytes, start, end);
    }
  }

  private void append(byte[] bytes, int start, int end) {
    room(end - start);
    System.arraycopy(bytes, start, aside, used, end - start);
    used += end - start;
    to = used;
  }

  private void room(int more) {
    if (used + more > aside.length) {
      aside = Arrays.copyOf(aside, Math.max(2 * aside.length, used + more));
    }
  }

  /** Gives the cell to the record; an empty one is none. */
  void put(Rows rows, String column) {
    rows.put(column, lies == null ? aside : lies, from, to, characters);
  }
}
