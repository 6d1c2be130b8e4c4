package io.tunemesh.dataset.token;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Counts examples in the tokens of one base model, or tells why it cannot. */
public sealed interface Counting {

  /** Counts nothing, because no base model was named and none is the standard. */
  Counting NONE =
      new Absent(
          "no base model is named in 'training.model' or 'base_model', and this service has no"
              + " default");

  /**
   * Adds {@code tokens} to every line of a file of examples.
   *
   * @param lines JSON objects, one a line; the file is replaced
   */
  TokenReport count(Path lines) throws IOException;

  /** Counts a few examples. */
  Counted count(List<Countable> examples);

  /** A short name for what the counts depend on; others give others. */
  String key();

  /**
   * The counts of a few examples.
   *
   * @param counts in the examples' order; null in place of each where nothing was counted
   */
  record Counted(List<TokenCount> counts, TokenReport report) {}

  /** Counts nothing, for a reason. */
  record Absent(String reason) implements Counting {

    @Override
    public TokenReport count(Path lines) {
      return TokenReport.absent(reason);
    }

    @Override
    public Counted count(List<Countable> examples) {
      return new Counted(
          new java.util.ArrayList<>(java.util.Collections.nCopies(examples.size(), null)),
          TokenReport.absent(reason));
    }

    @Override
    public String key() {
      return "uncounted";
    }
  }

  /** Counts with a model's tokenizer. */
  record ByModel(String id, LoadedModel model, int cutoff) implements Counting {

    @Override
    public TokenReport count(Path lines) throws IOException {
      return new CountingPass(this).over(lines);
    }

    @Override
    public Counted count(List<Countable> examples) {
      return new CountingPass(this).over(examples);
    }

    @Override
    public String key() {
      return model.key(id, cutoff);
    }

    /** The counter of whole chats; one of contents alone where their template cannot be written. */
    ExampleCounter counter() {
      return model.counter(cutoff);
    }
  }
}
