package io.tunemesh.dataset.export;

import io.tunemesh.dataset.recipe.Task;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The forms that a dataset can be taken away in. */
enum Format {
  ALPACA(
      "alpaca.json",
      "application/json",
      Fits.CHATS,
      false,
      "a JSON array of `instruction`, `input`, `output`, `system`, `history`, as LLaMA-Factory"
          + " reads it; earlier turns are the history"),
  SHAREGPT(
      "sharegpt.json",
      "application/json",
      Fits.CHATS,
      false,
      "a JSON array of `conversations` (`from`: human, gpt, function_call, observation; `value`),"
          + " `system`, `tools`"),
  MESSAGES(
      "messages.jsonl",
      "application/jsonl",
      Fits.CHATS,
      false,
      "JSON lines of `messages`, as OpenAI's fine-tuning takes them"),
  TEXT(
      "text.jsonl",
      "application/jsonl",
      Fits.PLAIN_TEXT,
      false,
      "JSON lines of `text`, as pre-training takes them"),
  CSV(
      "csv",
      "text/csv; charset=utf-8; header=present",
      Fits.ALL,
      true,
      "a table with the recipe's own fields, for spreadsheets"),
  PARQUET(
      "parquet",
      "application/vnd.apache.parquet",
      Fits.ALL,
      true,
      "a table with the chat as a list, the recipe's fields and the lineage, for pandas and Spark"),
  HUGGINGFACE(
      "zip",
      "application/zip",
      Fits.ALL,
      true,
      "a folder for the Hugging Face Hub, zipped: Parquet by split, and a card");

  /** What a format has a place for. */
  enum Fits {
    CHATS("chats"),
    PLAIN_TEXT("plain text"),
    ALL("both");

    private final String words;

    Fits(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private final String ending;
  private final String mediaType;
  private final Fits fits;
  private final boolean tellsSplits;
  private final String meaning;

  Format(String ending, String mediaType, Fits fits, boolean tellsSplits, String meaning) {
    this.ending = ending;
    this.mediaType = mediaType;
    this.fits = fits;
    this.tellsSplits = tellsSplits;
    this.meaning = meaning;
  }

  /** The format of a name in an address. */
  static Optional<Format> of(String key) {
    return Arrays.stream(values()).filter(format -> format.key().equals(key)).findFirst();
  }

  /** The names of all formats, for people. */
  static String choices() {
    return Arrays.stream(values()).map(Format::key).collect(Collectors.joining(", "));
  }

  /** The names of those that have a place for the examples of a task. */
  static String choices(String task) {
    return Arrays.stream(values())
        .filter(format -> format.fits(task))
        .map(Format::key)
        .collect(Collectors.joining(", "));
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a file of it ends with, without the first point. */
  String ending() {
    return ending;
  }

  String mediaType() {
    return mediaType;
  }

  Fits fits() {
    return fits;
  }

  /** Whether it has a place for the examples of a {@link Task}. */
  boolean fits(String task) {
    return switch (fits) {
      case ALL -> true;
      case PLAIN_TEXT -> Task.PT.key().equals(task);
      case CHATS -> !Task.PT.key().equals(task);
    };
  }

  /** Whether it tells the split of each example, so that one file can hold them all. */
  boolean tellsSplits() {
    return tellsSplits;
  }

  /** For people, in Markdown. */
  String meaning() {
    return meaning;
  }
}
