package io.tunemesh.dataset.token;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
   * @param each gives what is told every count; it is asked anew where the counting begins anew
   */
  TokenReport count(Path lines, Supplier<Consumer<TokenCount>> each) throws IOException;

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
    public TokenReport count(Path lines, Supplier<Consumer<TokenCount>> each) {
      return TokenReport.absent(reason);
    }

    @Override
    public Counted count(List<Countable> examples) {
      return new Counted(Collections.nCopies(examples.size(), null), TokenReport.absent(reason));
    }

    @Override
    public String key() {
      return "uncounted";
    }
  }

  /** Counts with a model's tokenizer. */
  record ByModel(String id, LoadedModel model, int cutoff) implements Counting {

    @Override
    public TokenReport count(Path lines, Supplier<Consumer<TokenCount>> each) throws IOException {
      return new CountingPass(this).over(lines, each);
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
