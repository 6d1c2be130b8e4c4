package io.tunemesh.dataset.build;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.recipe.Place;
import io.tunemesh.dataset.recipe.Turn;
import java.util.Optional;

/**
 * Halves of surrogate pairs, which are no characters: JSON can carry them by escapes, but neither
 * UTF-8 nor a tokenizer can.
 */
final class Broken {

  private static final String CODE = "broken_character";
  private static final String REASON =
      "holds half of a character (a lone surrogate); export it again as UTF-8";

  private Broken() {}

  /** The refusal of a row that has one in a cell. */
  static Optional<Outcome.Refused> value(SourceRecord row, Sheet sheet) {
    for (var value : row.values().entrySet()) {
      if (isBroken(value.getValue())) {
        return Optional.of(
            new Outcome.Refused(
                Place.of(row), CODE, column(sheet, value.getKey()), "the cell " + REASON));
      }
    }
    return Optional.empty();
  }

  /** The refusal of a row of an example that has one, from within nested JSON. */
  static Optional<Outcome.Refused> line(ExampleLine line, Place row) {
    return isBroken(line)
        ? Optional.of(new Outcome.Refused(row, CODE, null, "the row " + REASON))
        : Optional.empty();
  }

  static boolean isBroken(ExampleLine line) {
    if (line.messages() == null) {
      return isBroken(line.text());
    }
    for (Turn turn : line.messages()) {
      if (isBroken(turn.content())) {
        return true;
      }
    }
    return false;
  }

  /** The text with each half replaced, fit to be written. */
  static String mended(String text) {
    if (!isBroken(text)) {
      return text;
    }
    StringBuilder mended = new StringBuilder();
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(mended::appendCodePoint);
    return mended.toString();
  }

  private static boolean isBroken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean whole =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!whole) {
        return true;
      }
      i++;
    }
    return false;
  }

  private static Column column(Sheet sheet, String name) {
    return sheet == null
        ? null
        : sheet.columns().stream().filter(c -> c.name().equals(name)).findFirst().orElse(null);
  }
}
