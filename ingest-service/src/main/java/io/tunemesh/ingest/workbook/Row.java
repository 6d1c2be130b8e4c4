package io.tunemesh.ingest.workbook;

import java.util.Arrays;

/** The cells of one row that hold anything, from left to right. */
final class Row {

  private int number;
  private int count;
  private int[] columns = new int[16];
  private String[] texts = new String[16];

  /** Becomes an empty row. */
  void start(int number) {
    this.number = number;
    this.count = 0;
  }

  /** Adds a cell to the right of all others. */
  void add(int column, String text) {
    if (count == columns.length) {
      columns = Arrays.copyOf(columns, 2 * count);
      texts = Arrays.copyOf(texts, 2 * count);
    }
    columns[count] = column;
    texts[count++] = text;
  }

  /** As the sheet counts, from 1. */
  int number() {
    return number;
  }

  /** How many cells. */
  int size() {
    return count;
  }

  /** The column of a cell; A is 0. */
  int column(int cell) {
    return columns[cell];
  }

  /** The text of a cell, never empty. */
  String text(int cell) {
    return texts[cell];
  }
}
