package io.tunemesh.dataset.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.split.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Reads the lines of {@link ExampleLine} that a build left, one at a time. */
final class ExampleFile {

  private static final ObjectReader READER = Json.MAPPER.readerFor(Seen.class);
  private static final String SPLIT = "\",\"split\":\"";

  private ExampleFile() {}

  /** What a report looks at in a line. */
  record Seen(
      String id,
      String split,
      String recipe,
      List<Turn> messages,
      String text,
      String language,
      List<Letter> items,
      JsonNode structure,
      ExampleLine.Lineage lineage,
      Tokens tokens,
      JsonNode augmented) {

    Part part() {
      return Part.valueOf(split.toUpperCase(Locale.ROOT));
    }
  }

  /** How long an example is for the base model; null where that was not counted. */
  record Tokens(Integer total, Integer prompt, Integer answer, Integer cutOff) {}

  /** The right answer of a question. */
  record Letter(String answer) {}

  /** Takes a line by its number in the file, from 0. */
  interface Taking {
    void take(int number, String line) throws IOException;
  }

  static void each(Path file, Taking taking) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String line;
      for (int number = 0; (line = lines.readLine()) != null; number++) {
        taking.take(number, line);
      }
    }
  }

  /** The part of a line, which is its second property, without reading the rest. */
  static Part part(String line) {
    int begin = line.indexOf(SPLIT) + SPLIT.length();
    return switch (line.charAt(begin + 1)) {
      case 'r' -> Part.TRAIN;
      case 'a' -> Part.VALIDATION;
      default -> Part.TEST;
    };
  }

  static Seen read(String line) throws IOException {
    return READER.readValue(line);
  }
}
