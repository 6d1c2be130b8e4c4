package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.databind.MappingIterator;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.platform.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A user's words with their synonyms. A word without any is known as well, so that a longer word
 * protects what stands within it.
 */
public final class Thesaurus {

  /** The most words of a list, so that one cannot fill the memory. */
  static final int MOST_WORDS = 200_000;

  private static final int LONGEST_WORD = 64;

  private final Map<String, List<String>> synonyms = new HashMap<>();
  private int longest;

  private Thesaurus() {}

  /** The words of a specification, each checked by {@link #mistake}. */
  public static Thesaurus of(Map<String, String> words) {
    Thesaurus made = new Thesaurus();
    words.forEach((word, cell) -> made.add(word, List.of(cell)));
    return made;
  }

  /**
   * The words of an uploaded table: the first column's, with their synonyms in the columns after
   * it. A row whose first cell is no word that can be exchanged is passed over.
   */
  public static Thesaurus read(BlobStore blobs, UploadParsed file) throws IOException {
    Thesaurus made = new Thesaurus();
    try (InputStream in = blobs.open(file.records());
        MappingIterator<SourceRecord> rows =
            Json.MAPPER.readerFor(SourceRecord.class).readValues(in)) {
      while (rows.hasNextValue() && made.synonyms.size() < MOST_WORDS) {
        SourceRecord row = rows.nextValue();
        List<String> cells =
            columns(file, row).stream()
                .map(column -> row.values().getOrDefault(column.name(), ""))
                .toList();
        if (!cells.isEmpty() && mistake(cells.getFirst()).isEmpty()) {
          made.add(cells.getFirst(), cells.subList(1, cells.size()));
        }
      }
    }
    return made;
  }

  private static List<Column> columns(UploadParsed file, SourceRecord row) {
    return file.sheets().stream()
        .filter(sheet -> file.sheets().size() == 1 || sheet.name().equals(row.sheet()))
        .findFirst()
        .map(Sheet::columns)
        .orElse(List.of());
  }

  /** Why a text is no word that can be exchanged, if it is none. */
  static Optional<String> mistake(String word) {
    String key = word.strip();
    int length = key.codePointCount(0, key.length());
    if (length == 0 || length > LONGEST_WORD) {
      return Optional.of("a word has 1 to %d characters".formatted(LONGEST_WORD));
    }
    if (!key.codePoints().anyMatch(Character::isLetter)
        || key.codePoints().anyMatch(Character::isDigit)) {
      return Optional.of("a word is made of letters, without digits");
    }
    if (length == 1 && Words.isJoined(key.codePointAt(0))) {
      return Optional.of(
          "a single character may be a part of many words; give words of two characters or more");
    }
    return Optional.empty();
  }

  private void add(String word, List<String> cells) {
    String key = key(word.strip());
    Set<String> found = new LinkedHashSet<>(synonyms.getOrDefault(key, List.of()));
    for (String cell : cells) {
      for (String synonym : cell.split("[,，、;；|]")) {
        if (!synonym.isBlank() && !key(synonym.strip()).equals(key)) {
          found.add(synonym.strip());
        }
      }
    }
    synonyms.put(key, new ArrayList<>(found));
    longest = Math.max(longest, key.length());
  }

  /** The synonyms of a word as it is typed; null where it is no word of the list. */
  List<String> of(String word) {
    return synonyms.get(key(word));
  }

  /** Whether no word has a synonym. */
  public boolean isEmpty() {
    return synonyms.values().stream().allMatch(List::isEmpty);
  }

  /** What to tell a user whose uploaded list {@link #isEmpty}. */
  public static String nothingIn(String filename) {
    return ("the word list '%s' has no word with a synonym; put a word into the first column and its"
            + " synonyms into those after it, under a header")
        .formatted(filename);
  }

  /** The length of the longest word, in chars. */
  int longest() {
    return longest;
  }

  private static String key(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
