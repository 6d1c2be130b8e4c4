package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.local.demo.Api;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;

/**
 * The tables of the benchmark: instructions, inputs and outputs in Chinese and English, 200 MB as
 * CSV or as JSON lines. One output in a hundred is empty. Always the same bytes; kept once made.
 */
final class IngestTable {

  static final long ROWS = 300_000;
  static final String[] COLUMNS = {"instruction", "input", "output"};

  private static final int[] CHARACTERS = {90, 70, 210};
  private static final int WORDS = 6000;

  private final Random random = new Random(5);
  private final String[][] words = new String[2][WORDS];

  private IngestTable() {
    for (int i = 0; i < WORDS; i++) {
      StringBuilder chinese = new StringBuilder();
      for (int length = 1 + random.nextInt(4); length > 0; length--) {
        chinese.append((char) (0x4e00 + (int) (3500 * Math.pow(random.nextDouble(), 2))));
      }
      StringBuilder english = new StringBuilder(" ");
      for (int length = 2 + random.nextInt(8); length > 0; length--) {
        english.append("etaoinshrdlucmfwypvbgk".charAt(random.nextInt(22)));
      }
      words[0][i] = chinese.toString();
      words[1][i] = english.toString();
    }
  }

  /** The table in {@code folder}. */
  static Path of(Path folder, boolean lines) throws IOException {
    Path table = folder.resolve(lines ? "ingest-table.jsonl" : "ingest-table.csv");
    if (!Files.exists(table)) {
      System.err.println("Making " + table + " …");
      Path made = Files.createDirectories(folder).resolve(table.getFileName() + ".new");
      try (BufferedWriter out = Files.newBufferedWriter(made)) {
        new IngestTable().write(out, lines);
      }
      Files.move(made, table, StandardCopyOption.ATOMIC_MOVE);
    }
    return table;
  }

  private void write(BufferedWriter out, boolean lines) throws IOException {
    if (!lines) {
      out.write(String.join(",", COLUMNS) + "\n");
    }
    for (int row = 0; row < ROWS; row++) {
      ObjectNode object = Api.JSON.createObjectNode();
      for (int column = 0; column < COLUMNS.length; column++) {
        String text = text(row, column);
        object.put(COLUMNS[column], text);
        if (!lines) {
          boolean quoted = text.matches("(?s).*[,\"\n].*");
          out.write(column == 0 ? "" : ",");
          out.write(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
        }
      }
      out.write(lines ? object + "\n" : "\n");
    }
  }

  private String text(int row, int column) {
    if (column == 1 && row % 3 > 0 || column == 2 && row % 100 == 7) {
      return "";
    }
    int length = CHARACTERS[column] / 2 + random.nextInt(CHARACTERS[column]);
    StringBuilder text = new StringBuilder();
    while (text.length() < length * (1 + row % 2)) {
      text.append(words[row % 2][(int) (WORDS * Math.pow(random.nextDouble(), 3))]);
      int next = random.nextInt(240);
      text.append(
          next < 20 ? row % 2 == 0 ? "，" : "," : next == 20 ? "\n" : next == 21 ? "\"" : "");
    }
    return text.toString().strip();
  }
}
